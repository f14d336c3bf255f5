import { type ClaimVerdict, numberOf, type Part, verdictOf } from "../../../src/lab/claims/verdict.ts";
import { growthExponent, type Point } from "../../../src/statistics/growth.ts";
import type { Estimate } from "../../../src/statistics/interval.ts";
import { publishedFigure1 } from "../../shared/published-figure-1.ts";
import { comparedForms } from "../rows.ts";
import type { Figure1Summary } from "../summary.ts";

/** Below this length the fixed cost of a call and the prompt hide how time grows. */
const FROM_TOKENS = 100;
/** An exponent this near to a claimed one counts as it: 0.1 is a factor of 1.26 over ten times the length. */
const MARGIN = 0.1;

/** C1: verification is O(1), generation O(n) to O(n²) (blog, §2.5.1), on one model. */
export function claimC1(summary: readonly Figure1Summary[], model: string): ClaimVerdict {
  const pointsOf = (form: string): Point[] =>
    summary
      .filter((row) => row.model === model && row.form === form && row.outputTokens >= FROM_TOKENS)
      .map(({ outputTokens, medianMs }) => ({ x: outputTokens, y: medianMs }));
  const generation = pointsOf("generate");
  const verifications = comparedForms
    .map((form) => ({ form, points: pointsOf(form) }))
    .filter(({ points }) => points.length >= 3);
  if (generation.length < 3 || verifications.length === 0) {
    return {
      claim: "C1",
      subject: model,
      verdict: "not decided",
      sentence: `Growth needs generation and a verification form at three lengths from ${FROM_TOKENS} tokens on; this run has fewer.`,
    };
  }
  const generated = growthExponent(generation);
  const verified = verifications.map(({ form, points }) => ({ form, exponent: growthExponent(points) }));
  const generationPart = generationGrowsAsClaimed(generated);
  const verificationPart = verificationIsConstant(verified.map(({ exponent }) => exponent));
  const slowest = verified.reduce((least, one) => (one.exponent.value < least.exponent.value ? one : least));
  const [from, to] = [Math.min, Math.max].map((extreme) => extreme(...generation.map(({ x }) => x)));
  return {
    claim: "C1",
    subject: model,
    verdict: verdictOf([generationPart, verificationPart]),
    sentence:
      `From ${from} to ${to} tokens, time to generate grows as ${power(generated)} and time to verify as ` +
      `${verified.map(({ form, exponent }) => `${power(exponent)} (${form})`).join(", ")}. ` +
      `${GENERATION_WORDS[generationPart]} ${VERIFICATION_WORDS[verificationPart]}${publishedGrowth()}`,
    number: numberOf(`exponent of verification time in the length (${slowest.form})`, slowest.exponent),
    obtained: "measured",
  };
}

function generationGrowsAsClaimed({ value, low, high }: Estimate): Part {
  if (high < 1 - MARGIN || low > 2 + MARGIN) return "refuted";
  return value >= 1 - MARGIN && value <= 2 + MARGIN && low > MARGIN ? "confirmed" : "open";
}

/** One form that stays constant would do; all have to grow to refute it. */
function verificationIsConstant(exponents: readonly Estimate[]): Part {
  if (exponents.some(({ high }) => high < MARGIN)) return "confirmed";
  return exponents.every(({ low }) => low > MARGIN) ? "refuted" : "open";
}

const GENERATION_WORDS: Readonly<Record<Part, string>> = {
  confirmed: "Generation is O(n) to O(n²), as claimed;",
  refuted: "Generation is not between O(n) and O(n²);",
  open: "For generation the interval is too wide to tell;",
};

const VERIFICATION_WORDS: Readonly<Record<Part, string>> = {
  confirmed: "verification is O(1) in the form that stays constant.",
  refuted: "verification is not O(1): every form reads further, the longer the completion is.",
  open: "whether verification is O(1) stays open.",
};

function publishedGrowth(): string {
  const points = (time: "generateMs" | "verifyMs") =>
    publishedFigure1.times
      .filter(({ outputTokens }) => outputTokens >= FROM_TOKENS)
      .map((row) => ({ x: row.outputTokens, y: row[time] }));
  const exponent = (time: "generateMs" | "verifyMs") => growthExponent(points(time)).value.toFixed(2);
  return ` The published bars grow as n^${exponent("generateMs")} and n^${exponent("verifyMs")} over the same lengths.`;
}

function power({ value, low, high }: Estimate): string {
  return `n^${value.toFixed(2)} [${low.toFixed(2)} to ${high.toFixed(2)}]`;
}
