import { type ClaimVerdict, numberOf, type Part, verdictOf } from "../../src/lab/claims/verdict.ts";
import { inWords, percent } from "../../src/lab/format.ts";
import { publishedFigure1, publishedRatio } from "../shared/published-figure-1.ts";
import { largestGain } from "./figures/time-by-claims.ts";
import { type MachineLimits, machineLimits } from "./limits-summary.ts";
import type { CostRow } from "./rows.ts";
import { type CostSummary, numericsLabel } from "./summary.ts";

/** C3's "11 times cheaper at 1000 tokens", on one model in the numerics that make verification cheapest; and why. */
export function costVerdict(rows: readonly CostRow[], summary: readonly CostSummary[], model: string): ClaimVerdict {
  const own = summary.filter((row) => row.model === model);
  const verifier = own.reduce((top, row) => (row.ratio > top.ratio ? row : top));
  const generator = own
    .filter(({ promptTokens }) => promptTokens === verifier.promptTokens)
    .reduce((top, row) => (row.generateMs < top.generateMs ? row : top));
  const limits = machineLimits(rows);
  const limitOf = ({ weightFormat, threads }: CostSummary) =>
    limits.find((limit) => limit.weightFormat === weightFormat && limit.threads === threads)!;
  const published = publishedRatio(publishedFigure1.times.at(-1)!);
  const long = verifier.outputTokens === publishedFigure1.times.at(-1)!.outputTokens;
  return {
    claim: "C3",
    subject: `${model}, cheapest of ${own.length} numerics`,
    verdict: verdictOf([long ? asCheap(verifier, published.low) : "open"]),
    sentence: [
      `The fastest generation of ${verifier.outputTokens} tokens (${numericsLabel(generator)}: ${inWords(generator.generateMs)} ms) takes ` +
        `${inWords(verifier.ratio)} [${inWords(verifier.ratioLow)} to ${inWords(verifier.ratioHigh)}] times as long as the cheapest ` +
        `verification in one pass (${numericsLabel(verifier)}: ${inWords(verifier.verifyMs)} ms); published: ${inWords(published.value)}.`,
      rounding(generator, verifier),
      whyNotMore(generator, limitOf(generator), verifier.ratioAtLimits, published.value),
      reading(verifier, limitOf(verifier)),
      sharing(rows, model),
    ]
      .filter((sentence) => sentence !== "")
      .join(" "),
    number: numberOf(`generation time over one-pass verification time at ${verifier.outputTokens} tokens`, {
      value: verifier.ratio,
      low: verifier.ratioLow,
      high: verifier.ratioHigh,
    }),
    obtained: "measured",
  };
}

function asCheap({ ratioLow, ratioHigh }: CostSummary, publishedLow: number): Part {
  if (ratioHigh < publishedLow) return "refuted";
  return ratioLow >= publishedLow ? "confirmed" : "open";
}

/** What the cheaper numerics cost elsewhere. */
function rounding(generator: CostSummary, verifier: CostSummary): string {
  const same = generator.flashAttention === verifier.flashAttention && generator.kvCacheType === verifier.kvCacheType;
  return same ? "" : "Those two round differently, so an honest claim can differ where two tokens nearly tie.";
}

function whyNotMore(generator: CostSummary, limit: MachineLimits, ratioAtLimits: number, published: number): string {
  const streamedMs = generator.streamShare * generator.decodeMsPerToken;
  const step =
    `A generation step takes ${inWords(generator.decodeMsPerToken)} ms. Its weights and cache, read at the ` +
    `${inWords(limit.gigabytesPerSecond)} GB/s of a wide model, would take ${inWords(streamedMs)} ms; a call that computes next ` +
    `to nothing takes ${inWords(limit.callMs)} ms.`;
  const bound =
    generator.streamShare >= 0.5
      ? "Decoding is mostly reading weights."
      : "Decoding is not bound by reading weights here: what remains is kernels on single rows and the cost of calls.";
  const atLimits =
    `With both at the machine's own rates the ratio would be ${inWords(ratioAtLimits)}: ` +
    (ratioAtLimits < published
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
  return best.certain
    ? `Sharing a pass with others makes a claim of ${best.series} up to ${inWords(best.gain)} times cheaper (${best.claims} in a pass).`
    : "Sharing a pass with other claims gains nothing that stands out of the spread.";
}
