import type { KvCacheType } from "../../src/inference/numerics.ts";
import type { TableOf } from "../../src/lab/results/table.ts";

/**
 * What was timed: one-token generation steps at a depth; bare reading; verification in one pass; and three limits of the
 * machine: reading with a model that is nearly all matrices, decoding with the same model, a step of a model that is nearly nothing.
 */
export type CostMeasure = "decode" | "prefill" | "verify" | "limit-matrix" | "limit-stream" | "limit-call";

/** One timed stretch of work. */
export interface CostRow {
  readonly model: string;
  /** The named shape of a synthesised model. */
  readonly shape?: string;
  readonly weightFormat: string;
  readonly flashAttention: boolean;
  readonly kvCacheType: KvCacheType;
  readonly threads: number;
  readonly measure: CostMeasure;
  readonly promptTokens: number;
  /** Length of a claim; of a decode, how many tokens behind the prompt it starts. */
  readonly outputTokens: number;
  /** Claims verified in the one pass, else 1. */
  readonly claims: number;
  readonly repeat: number;
  readonly wallMs: number;
  /** Tokens given to llama.cpp; of a decode, its steps. */
  readonly fedTokens: number;
  readonly matrixOperations: number;
  readonly attentionOperations: number;
  readonly bytesRead: number | null;
}

export function costRowsTable(rows: readonly CostRow[]): TableOf<CostRow> {
  return {
    file: "rows.csv",
    caption: "Every measurement",
    columns: [
      { name: "model", type: "text", unit: null, description: "name of the model" },
      {
        name: "shape",
        type: "text",
        unit: null,
        description: "named llama shape of a synthesised model; empty for a real one",
      },
      { name: "weightFormat", type: "text", unit: null, description: "format of the model's weights" },
      { name: "flashAttention", type: "boolean", unit: null, description: "whether attention ran the fused kernel" },
      { name: "kvCacheType", type: "text", unit: null, description: "type of the cached keys and values" },
      { name: "threads", type: "number", unit: null, description: "threads of llama.cpp" },
      {
        name: "measure",
        type: "text",
        unit: null,
        description: "what was timed: decode, prefill, verify, or one of the machine's limits",
      },
      { name: "promptTokens", type: "number", unit: "tokens", description: "length of the prompt" },
      {
        name: "outputTokens",
        type: "number",
        unit: "tokens",
        description: "length of a claim; of a decode, how many tokens behind the prompt it starts",
      },
      { name: "claims", type: "number", unit: null, description: "claims verified in the one pass, else 1" },
      {
        name: "repeat",
        type: "number",
        unit: null,
        description: "number of the repeat, from 0; cells are interleaved within a repeat",
      },
      {
        name: "wallMs",
        type: "number",
        unit: "milliseconds",
        description: "time on the wall clock, all steps of a decode",
      },
      {
        name: "fedTokens",
        type: "number",
        unit: "tokens",
        description: "tokens given to llama.cpp; of a decode, its steps",
      },
      {
        name: "matrixOperations",
        type: "number",
        unit: "operations",
        description: "multiplications and additions of the weight matrices",
      },
      {
        name: "attentionOperations",
        type: "number",
        unit: "operations",
        description: "multiplications and additions of attention, masked ones left out",
      },
      {
        name: "bytesRead",
        type: "number",
        unit: "bytes",
        description: "weights and cached keys and values that a decode reads, all steps; empty elsewhere",
      },
    ],
    rows,
  };
}
