import { type CostSummary, numericsLabel } from "./summary.ts";

/** The few numbers that matter, one line a model: the numerics that make verification cheapest. */
export function verificationCostHeadline(summary: readonly CostSummary[]): string[] {
  return [...Map.groupBy(summary, ({ model }) => model)].map(([model, own]) => {
    const best = own.reduce((top, row) => (row.ratio > top.ratio ? row : top));
    return (
      `${model}: the fastest generation of ${best.outputTokens} tokens takes ${best.ratio.toFixed(1)} times as long as the cheapest verification ` +
      `(${numericsLabel(best)}); at the machine's own rates ${best.ratioAtLimits.toFixed(1)}`
    );
  });
}
