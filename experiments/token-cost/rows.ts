import type { TableOf } from "../../src/lab/results/table.ts";

/** 1000 output tokens on one machine under one set of circumstances: arithmetic on rates that were published or measured. */
export interface TokenCostRow {
  readonly machine: string;
  readonly what: string;
  readonly model: string;
  /** What the rates rest on. */
  readonly basis: "published" | "measured";
  readonly batch: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly usdPerKwh: number;
  readonly utilisation: number;
  readonly nodesPerJob: number;
  readonly verifiedShare: number;
  readonly prefillTokensPerSecond: number;
  readonly decodeTokensPerSecond: number;
  readonly watts: number;
  readonly machineUsd: number;
  readonly joulesPer1000Tokens: number;
  readonly electricityUsdPer1000Tokens: number;
  readonly hardwareUsdPer1000Tokens: number;
  readonly usdPer1000Tokens: number;
}

export function tokenCostRowsTable(rows: readonly TokenCostRow[]): TableOf<TokenCostRow> {
  const per = "for 1000 output tokens, overheads included";
  return {
    file: "rows.csv",
    caption: "Cost of 1000 tokens by machine and circumstances",
    columns: [
      { name: "machine", type: "text", unit: null, description: "name of the machine" },
      { name: "what", type: "text", unit: null, description: "what kind of machine it is" },
      { name: "model", type: "text", unit: null, description: "the model its rates are for" },
      { name: "basis", type: "text", unit: null, description: "whether the rates were published or measured" },
      { name: "batch", type: "number", unit: "sequences", description: "generated side by side" },
      { name: "promptTokens", type: "number", unit: "tokens", description: "length of the prompt" },
      { name: "outputTokens", type: "number", unit: "tokens", description: "length of the output" },
      { name: "usdPerKwh", type: "number", unit: "dollars per kWh", description: "price of electricity" },
      { name: "utilisation", type: "number", unit: null, description: "share of its life in which the machine earns" },
      { name: "nodesPerJob", type: "number", unit: "nodes", description: "at work on each job, one of them paid" },
      {
        name: "verifiedShare",
        type: "number",
        unit: null,
        description: "share of outputs read once more to verify them",
      },
      { name: "prefillTokensPerSecond", type: "number", unit: "tokens per second", description: "reading" },
      {
        name: "decodeTokensPerSecond",
        type: "number",
        unit: "tokens per second",
        description: "generating, all sequences together",
      },
      { name: "watts", type: "number", unit: "watts", description: "while it works" },
      { name: "machineUsd", type: "number", unit: "dollars", description: "price of the machine" },
      { name: "joulesPer1000Tokens", type: "number", unit: "joules", description: per },
      { name: "electricityUsdPer1000Tokens", type: "number", unit: "dollars", description: per },
      { name: "hardwareUsdPer1000Tokens", type: "number", unit: "dollars", description: `${per}: the machine's wear` },
      { name: "usdPer1000Tokens", type: "number", unit: "dollars", description: `${per}: electricity and wear` },
    ],
    rows,
  };
}
