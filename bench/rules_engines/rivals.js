// Other rules engines make the decision of bench/decision.h: its three tables
// and cases come as JSON.
//
//   node rivals.js NAME check FILE           every case pays what onestop pays
//   node rivals.js NAME time FILE SECONDS    {"decisions_per_second": …}
//
// A second is one of processor time, of all threads: what others do on the
// machine does not count.
import { readFileSync } from "node:fs";
import { zen } from "./zen.js";
import { jsonRulesEngine } from "./json_rules_engine.js";

const RIVALS = { zen, "json-rules-engine": jsonRulesEngine };
const WARM_UP_SECONDS = 0.3;
// Decisions under way at once: one waits for its answer, many share the way to
// the engine's threads and back. The better of the two is told.
const UNDER_WAY = [1, 64];

async function check(decide, cases) {
  for (const { pay_fen: expected, ...facts } of cases) {
    const pay = await decide(facts);
    if (pay !== expected) {
      throw new Error(`${JSON.stringify(facts)}: ${pay} fen, not ${expected}`);
    }
  }
  return { agreed: cases.length };
}

function processorSeconds() {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

// Decisions a second, in batches that are under way together.
async function rate(decide, inputs, underWay, seconds) {
  let next = 0;
  let done = 0;
  const start = processorSeconds();
  while (processorSeconds() < start + seconds) {
    for (let round = 0; round < 64 / underWay; ++round) {
      if (underWay === 1) {
        await decide(inputs[next++ % inputs.length]);
      } else {
        const batch = [];
        for (let i = 0; i < underWay; ++i) {
          batch.push(decide(inputs[next++ % inputs.length]));
        }
        await Promise.all(batch);
      }
      done += underWay;
    }
  }
  return done / (processorSeconds() - start);
}

async function time(decide, cases, seconds) {
  const inputs = cases.map(({ pay_fen: _, ...facts }) => facts);
  let best = { decisions_per_second: 0 };
  for (const underWay of UNDER_WAY) {
    await rate(decide, inputs, underWay, WARM_UP_SECONDS);
    const found = await rate(decide, inputs, underWay, seconds);
    if (found > best.decisions_per_second) {
      best = { decisions_per_second: found, under_way: underWay };
    }
  }
  return best;
}

const [name, verb, file, seconds] = process.argv.slice(2);
const { tables, cases } = JSON.parse(readFileSync(file, "utf8"));
const decide = RIVALS[name](tables);
const told =
  verb === "check"
    ? await check(decide, cases)
    : await time(decide, cases, Number(seconds));
console.log(JSON.stringify(told));
