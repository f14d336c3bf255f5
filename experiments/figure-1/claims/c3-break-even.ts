import { type ClaimVerdict, numberOf, type Part, verdictOf } from "../../../src/lab/claims/verdict.ts";
import { inWords } from "../../../src/lab/format.ts";
import { publishedFigure1, publishedRatio } from "../../shared/published-figure-1.ts";
import { comparedForms } from "../rows.ts";
import type { Figure1Summary } from "../summary.ts";

/** Lengths that the claim speaks of. */
const BREAK_EVEN_TOKENS = 10;
const LONG_TOKENS = 1000;

interface Ratio {
  readonly form: string;
  readonly outputTokens: number;
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

/**
 * C3: verification takes longer than generation under about 10 tokens and is 11 times cheaper at 1000 (blog, §2.5.4), on one
 * model. Judged on the form that the published bars were measured with, `prototype`; what the cheapest form does is said beside it.
 */
export function claimC3(summary: readonly Figure1Summary[], model: string): ClaimVerdict {
  const ratios = ratiosOf(summary, model);
  const form = comparedForms.find((form) => ratios.some((ratio) => ratio.form === form));
  if (form === undefined) {
    const sentence = "This run has no generation and verification at the same length.";
    return { claim: "C3", subject: model, verdict: "not decided", sentence };
  }
  const judged = ratios.filter((ratio) => ratio.form === form);
  const longest = judged.at(-1)!;
  const atLong = judged.find(({ outputTokens }) => outputTokens === LONG_TOKENS);
  const cheapest = ratios
    .filter(({ outputTokens }) => outputTokens === longest.outputTokens)
    .reduce((best, ratio) => (ratio.value > best.value ? ratio : best));
  const published = publishedRatio(publishedFigure1.times.find(({ outputTokens }) => outputTokens === LONG_TOKENS)!);
  const parts: readonly Part[] = [dearerWhenShort(judged), asCheapWhenLong(atLong, published.low)];
  return {
    claim: "C3",
    subject: model,
    verdict: verdictOf(parts),
    sentence:
      `At ${longest.outputTokens} tokens generation takes ${inInterval(longest)} times as long as ${form} verification; ` +
      `published for ${LONG_TOKENS} tokens: ${inWords(published.value)}` +
      `${atLong ? "" : ", a length this run did not measure"}. ${breakEven(judged)}` +
      `${cheapest.form === form ? "" : ` The cheapest form there, ${cheapest.form}, reaches ${inInterval(cheapest)}.`}`,
    number: numberOf(`generation time over ${form} verification time at ${longest.outputTokens} tokens`, longest),
    obtained: "measured",
  };
}

function ratiosOf(summary: readonly Figure1Summary[], model: string): Ratio[] {
  return summary
    .filter((row) => row.model === model && comparedForms.includes(row.form) && row.generateOverForm !== null)
    .map((row) => ({
      form: row.form,
      outputTokens: row.outputTokens,
      value: row.generateOverForm!,
      low: row.generateOverFormLow!,
      high: row.generateOverFormHigh!,
    }))
    .sort((a, b) => a.outputTokens - b.outputTokens);
}

function dearerWhenShort(ratios: readonly Ratio[]): Part {
  const short = ratios.filter(({ outputTokens }) => outputTokens < BREAK_EVEN_TOKENS);
  // "About 10": the published bars cross between 10 and 25, so we ask for the crossing by 25.
  const beyond = ratios.filter(({ outputTokens }) => outputTokens >= 2.5 * BREAK_EVEN_TOKENS);
  if (short.some(({ low }) => low > 1) || beyond.some(({ high }) => high < 1)) return "refuted";
  if (short.length === 0 || beyond.length === 0) return "open";
  return short.every(({ high }) => high < 1) && beyond.every(({ low }) => low > 1) ? "confirmed" : "open";
}

function asCheapWhenLong(ratio: Ratio | undefined, publishedLow: number): Part {
  if (ratio === undefined) return "open";
  if (ratio.high < publishedLow) return "refuted";
  return ratio.low >= publishedLow ? "confirmed" : "open";
}

function breakEven(ratios: readonly Ratio[]): string {
  const [shortest, longest] = [ratios[0]!, ratios.at(-1)!];
  if (ratios.every(({ value }) => value > 1)) {
    return `Verification is cheaper at every length from ${shortest.outputTokens} ${shortest.outputTokens === 1 ? "token" : "tokens"} on.`;
  }
  if (ratios.every(({ value }) => value <= 1)) {
    return `Verification takes longer at every length up to ${longest.outputTokens} tokens.`;
  }
  const lastDear = ratios.findLastIndex(({ value }) => value <= 1);
  const after = ratios[lastDear + 1];
  return after === undefined
    ? `Verification still takes longer at ${longest.outputTokens} tokens.`
    : `Verification becomes cheaper between ${ratios[lastDear]!.outputTokens} and ${after.outputTokens} tokens.`;
}

function inInterval({ value, low, high }: Ratio): string {
  return `${inWords(value)} [${inWords(low)} to ${inWords(high)}]`;
}
