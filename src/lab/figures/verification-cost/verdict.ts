import { type ClaimVerdict, inWords, type Part, verdictOf } from "../../claims/verdict.ts";
import { publishedFigure1, publishedRatio } from "../../published/figure-1.ts";
import { type MachineLimits, machineLimits } from "./limits.ts";
import type { CostRow } from "./measurement.ts";
import { type CostSummary, numericsLabel } from "./summary.ts";
import { largestGain } from "./together.ts";

/** C3's "11 times cheaper at 1000 tokens", on one model in the numerics that make verification cheapest; and why. */
export function costVerdict(rows: readonly CostRow[], summary: readonly CostSummary[], model: string): ClaimVerdict {
  const own = summary.filter((row) => row.model === model);
  const best = own.reduce((top, row) => (row.ratio > top.ratio ? row : top));
  const limit = machineLimits(rows).find(
    ({ weightFormat, threads }) => weightFormat === best.weightFormat && threads === best.threads,
  )!;
  const published = publishedRatio(publishedFigure1.times.at(-1)!);
  const long = best.outputTokens === publishedFigure1.times.at(-1)!.outputTokens;
  return {
    claim: "C3",
    subject: `${model}, cheapest of ${own.length} numerics`,
    verdict: verdictOf([long ? asCheap(best, published.low) : "open"]),
    sentence: [
      `Generating ${best.outputTokens} tokens takes ${inWords(best.ratio)} [${inWords(best.ratioLow)} to ${inWords(best.ratioHigh)}] ` +
        `times as long as verifying them in one pass (${numericsLabel(best)}); published: ${inWords(published.value)}.`,
      whyNotMore(best, limit, published.value),
      reading(best, limit),
      sharing(rows, model),
    ].join(" "),
  };
}

function asCheap({ ratioLow, ratioHigh }: CostSummary, publishedLow: number): Part {
  if (ratioHigh < publishedLow) return "refuted";
  return ratioLow >= publishedLow ? "confirmed" : "open";
}

function whyNotMore(best: CostSummary, limit: MachineLimits, published: number): string {
  const streamedMs = best.streamShare * best.decodeMsPerToken;
  const step =
    `A generation step takes ${inWords(best.decodeMsPerToken)} ms. Its weights and cache, read at the ${inWords(limit.gigabytesPerSecond)} GB/s of ` +
    `a wide model, would take ${inWords(streamedMs)} ms; a call that computes next to nothing takes ${inWords(limit.callMs)} ms.`;
  const bound =
    best.streamShare >= 0.5
      ? "Decoding is mostly reading weights."
      : "Decoding is not bound by reading weights here: what remains is kernels on single rows and the cost of calls.";
  const atLimits =
    `With both at the machine's own rates the ratio would be ${inWords(best.ratioAtLimits)}: ` +
    (best.ratioAtLimits < published
      ? `too little for the published ${inWords(published)}, measured on a GPU, since this processor multiplies too slowly for the speed at which it reads.`
      : `the machine would allow the published ${inWords(published)}, the kernels at this model's size do not.`);
  return `${step} ${bound} ${atLimits}`;
}

function reading(best: CostSummary, limit: MachineLimits): string {
  return (
    `Verification costs ${inWords(best.verifyOverPrefill)} times a bare reading, which runs at ` +
    `${inWords(best.prefillGigaOperationsPerSecond)} GFLOP/s, ${percent(best.matrixShare)} of the ` +
    `${inWords(limit.gigaOperationsPerSecond)} GFLOP/s that ${best.weightFormat} matrices reach here; attention is ` +
    `${percent(best.attentionShare)} of its arithmetic.`
  );
}

function sharing(rows: readonly CostRow[], model: string): string {
  const best = largestGain(rows, model);
  if (best === null) return "";
  return best.gain > 1.05
    ? `Sharing a pass with others makes a claim of ${best.series} up to ${inWords(best.gain)} times cheaper (${best.claims} in a pass).`
    : "Sharing a pass with other claims gains nothing here.";
}

function percent(share: number): string {
  return `${inWords(100 * share)} %`;
}
