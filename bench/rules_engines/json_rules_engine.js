// json-rules-engine: a rule for each row of the tables, whose event carries the
// figure; it has no arithmetic, so that is plain JavaScript.
import { Engine } from "json-rules-engine";

function addRows(engine, table, keys, rows) {
  for (const row of rows) {
    engine.addRule({
      conditions: {
        all: keys.map((key) => ({
          fact: key,
          operator: "equal",
          value: row[key],
        })),
      },
      event: { type: table, params: row },
    });
  }
}

function pay(facts, found) {
  const left = Math.max(0, found.deductible_fen - facts.deductible_used_fen);
  const taken = Math.min(facts.in_scope_fen, left);
  const share = Math.floor(
    ((facts.in_scope_fen - taken) * found.ratio_bp + 5000) / 10000,
  );
  return Math.min(share, Math.max(0, found.cap_fen - facts.cap_used_fen));
}

export function jsonRulesEngine(tables) {
  const engine = new Engine();
  addRows(engine, "deductible", ["level"], tables.deductible);
  addRows(engine, "ratio", ["category", "level"], tables.ratio);
  addRows(engine, "cap", ["category"], tables.cap);
  return async (facts) => {
    const { events } = await engine.run(facts);
    return pay(facts, Object.assign({}, ...events.map((event) => event.params)));
  };
}
