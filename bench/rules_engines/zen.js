// GoRules ZEN: the decision as a JDM graph, a decision table for each table and
// an expression for the arithmetic.
import { ZenDecisionContent, ZenEngine } from "@gorules/zen-engine";

// A decision table that is looked up by `keys` and adds `output`.
function tableNode(id, keys, output, rows) {
  return {
    id,
    name: id,
    type: "decisionTableNode",
    content: {
      hitPolicy: "first",
      passThrough: true,
      inputs: keys.map((key) => ({ id: key, name: key, field: key })),
      outputs: [{ id: output, name: output, field: output }],
      rules: rows.map((row, i) => ({
        _id: `${id}-${i}`,
        ...Object.fromEntries(keys.map((key) => [key, JSON.stringify(row[key])])),
        [output]: String(row[output]),
      })),
    },
  };
}

function expressionNode(id, expressions) {
  return {
    id,
    name: id,
    type: "expressionNode",
    content: {
      expressions: Object.entries(expressions).map(([key, value]) => ({
        id: key,
        key,
        value,
      })),
    },
  };
}

function graph(tables) {
  const nodes = [
    { id: "input", name: "input", type: "inputNode" },
    tableNode("deductible", ["level"], "deductible_fen", tables.deductible),
    tableNode("ratio", ["category", "level"], "ratio_bp", tables.ratio),
    tableNode("cap", ["category"], "cap_fen", tables.cap),
    expressionNode("pay", {
      taken_fen:
        "min([in_scope_fen, max([0, deductible_fen - deductible_used_fen])])",
      share_fen: "floor(((in_scope_fen - $.taken_fen) * ratio_bp + 5000) / 10000)",
      pay_fen: "min([$.share_fen, max([0, cap_fen - cap_used_fen])])",
    }),
    { id: "output", name: "output", type: "outputNode" },
  ];
  const edges = nodes.slice(1).map((node, i) => ({
    id: `to-${node.id}`,
    type: "edge",
    sourceId: nodes[i].id,
    targetId: node.id,
  }));
  return { nodes, edges };
}

export function zen(tables) {
  const content = new ZenDecisionContent(
    Buffer.from(JSON.stringify(graph(tables))),
  );
  const decision = new ZenEngine().createDecision(content);
  return async (facts) => (await decision.evaluate(facts)).result.pay_fen;
}
