import { choice, number, type RowIn, rowTable, text } from "../../src/lab/results/row-table.ts";

const per = "for 1000 output tokens, overheads included";

/** 1000 output tokens on one machine under one set of circumstances: arithmetic on rates that were published or measured. */
export const tokenCostRowTable = rowTable("Cost of 1000 tokens by machine and circumstances", {
  machine: text("name of the machine"),
  what: text("what kind of machine it is"),
  model: text("the model its rates are for"),
  /** What the rates rest on. */
  basis: choice(["published", "measured"], "whether the rates were published or measured"),
  batch: number("sequences", "generated side by side"),
  promptTokens: number("tokens", "length of the prompt"),
  outputTokens: number("tokens", "length of the output"),
  usdPerKwh: number("dollars per kWh", "price of electricity"),
  utilisation: number(null, "share of its life in which the machine earns"),
  nodesPerJob: number("nodes", "at work on each job, one of them paid"),
  verifiedShare: number(null, "share of outputs read once more to verify them"),
  prefillTokensPerSecond: number("tokens per second", "reading"),
  decodeTokensPerSecond: number("tokens per second", "generating, all sequences together"),
  watts: number("watts", "while it works"),
  machineUsd: number("dollars", "price of the machine"),
  joulesPer1000Tokens: number("joules", per),
  electricityUsdPer1000Tokens: number("dollars", per),
  hardwareUsdPer1000Tokens: number("dollars", `${per}: the machine's wear`),
  usdPer1000Tokens: number("dollars", `${per}: electricity and wear`),
});
export type TokenCostRow = RowIn<typeof tokenCostRowTable>;
