import type { SummaryTable } from "../../src/lab/results/experiment-report.ts";
import { numberColumn } from "../../src/lab/results/table.ts";
import type { MachineLimits } from "./limits-summary.ts";
import { type CostSummary, numericsLabel } from "./summary.ts";

/** One model's numbers for reading, the numerics that make verification cheapest first. */
export function costsOf(summary: readonly CostSummary[], model: string): SummaryTable {
  const own = summary.filter((row) => row.model === model).toSorted((a, b) => b.ratio - a.ratio);
  return {
    caption: `${model}: generation against verification of ${own[0]!.outputTokens} tokens`,
    columns: [
      { name: "numerics", type: "text", unit: null, description: "settings of llama.cpp" },
      numberColumn("decode", "ms/token", "one generation step"),
      numberColumn("read", "ms", "bare reading"),
      numberColumn("verify", "ms", "verification in one pass"),
      numberColumn("ratio", null, "this model's fastest generation over verification"),
      numberColumn("within", null, "generation over verification in the same numerics"),
      numberColumn("at limits", null, "the same at the machine's own rates"),
      numberColumn("GFLOP/s", null, "arithmetic of the bare reading"),
      numberColumn("of matrix rate", null, "share of the limit"),
      numberColumn("GB/s", null, "read by a generation step"),
      numberColumn("of streaming rate", null, "share of the limit"),
    ],
    rows: own.map((row) => ({
      numerics: numericsLabel(row),
      decode: row.decodeMsPerToken,
      read: row.prefillMs,
      verify: row.verifyMs,
      ratio: row.ratio,
      within: row.ratioWithinNumerics,
      "at limits": row.ratioAtLimits,
      "GFLOP/s": row.prefillGigaOperationsPerSecond,
      "of matrix rate": row.matrixShare,
      "GB/s": row.decodeGigabytesPerSecond,
      "of streaming rate": row.streamShare,
    })),
  };
}

export function limitsDigest(limits: readonly MachineLimits[]): SummaryTable {
  return {
    caption: "The machine at its best: a wide model of two layers, and a step of a nearly empty one",
    columns: [
      { name: "weights", type: "text", unit: null, description: "format" },
      numberColumn("threads", null, "threads of llama.cpp"),
      numberColumn("matrix rate", "GFLOP/s", "reading 128 tokens"),
      numberColumn("streaming rate", "GB/s", "decoding"),
      numberColumn("empty call", "ms", "a step of a model of 0.1 million weights"),
    ],
    rows: limits.map((limit) => ({
      weights: limit.weightFormat,
      threads: limit.threads,
      "matrix rate": limit.gigaOperationsPerSecond,
      "streaming rate": limit.gigabytesPerSecond,
      "empty call": limit.callMs,
    })),
  };
}
