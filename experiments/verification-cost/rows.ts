import type { KvCacheType } from "../../src/inference/numerics.ts";
import { number, orAbsent, orNull, type RowIn, rowTable, text, truth } from "../../src/lab/results/row-table.ts";

/**
 * What was timed: one-token generation steps at a depth; bare reading; verification in one pass; and three limits of the
 * machine: reading with a model that is nearly all matrices, decoding with the same model, a step of a model that is nearly nothing.
 */
export type CostMeasure = "decode" | "prefill" | "verify" | "limit-matrix" | "limit-stream" | "limit-call";

/** One timed stretch of work. */
export const costRowTable = rowTable("Every measurement", {
  model: text("name of the model"),
  /** The named shape of a synthesised model. */
  shape: orAbsent(text("named llama shape of a synthesised model; empty for a real one")),
  weightFormat: text("format of the model's weights"),
  flashAttention: truth("whether attention ran the fused kernel"),
  kvCacheType: text<KvCacheType>("type of the cached keys and values"),
  threads: number(null, "threads of llama.cpp"),
  measure: text<CostMeasure>("what was timed: decode, prefill, verify, or one of the machine's limits"),
  promptTokens: number("tokens", "length of the prompt"),
  /** Length of a claim; of a decode, how many tokens behind the prompt it starts. */
  outputTokens: number("tokens", "length of a claim; of a decode, how many tokens behind the prompt it starts"),
  /** Claims verified in the one pass, else 1. */
  claims: number(null, "claims verified in the one pass, else 1"),
  repeat: number(null, "number of the repeat, from 0; cells are interleaved within a repeat"),
  wallMs: number("milliseconds", "time on the wall clock, all steps of a decode"),
  /** Tokens given to llama.cpp; of a decode, its steps. */
  fedTokens: number("tokens", "tokens given to llama.cpp; of a decode, its steps"),
  matrixOperations: number("operations", "multiplications and additions of the weight matrices"),
  attentionOperations: number("operations", "multiplications and additions of attention, masked ones left out"),
  bytesRead: orNull(
    number("bytes", "weights and cached keys and values that a decode reads, all steps; empty elsewhere"),
  ),
});
export type CostRow = RowIn<typeof costRowTable>;
