import { type ClaimVerdict, type Part, verdictOf } from "../../../src/lab/claims/verdict.ts";
import { inWords } from "../../../src/lab/format.ts";
import { figure1TokensPerSecond, publishedTokenCost } from "../published-cost.ts";
import type { TokenCostRow } from "../rows.ts";

/**
 * C5: a GPU gives up to 30 tokens a second, about 39,600 an hour at saturation (blog, §2.5.5). Two parts: some GPU reaches the rate with
 * a model of that size (rates as published elsewhere), and the two numbers mean the same rate, within their rounding.
 */
export function claimC5(rows: readonly TokenCostRow[]): ClaimVerdict {
  const { tokensPerSecond, tokensPerHour } = publishedTokenCost;
  const hourly = tokensPerSecond * 3600;
  const gpus = rows.filter(({ what, batch }) => what.includes("GPU") && batch === 1);
  const fastest = gpus.toSorted((a, b) => b.decodeTokensPerSecond - a.decodeTokensPerSecond)[0];
  const reached: Part =
    fastest === undefined ? "open" : fastest.decodeTokensPerSecond >= tokensPerSecond ? "confirmed" : "refuted";
  const agrees: Part = Math.abs(hourly / tokensPerHour - 1) < 0.1 ? "confirmed" : "refuted";
  const gpu =
    fastest === undefined
      ? "No GPU is among the machines of this run."
      : `A ${fastest.what} is published at ${inWords(fastest.decodeTokensPerSecond)} tokens/s for one sequence (${fastest.model}).`;
  return {
    claim: "C5",
    subject: "published rates",
    verdict: verdictOf([reached, agrees]),
    sentence:
      `${gpu} But ${tokensPerSecond} tokens/s are ${hourly} an hour, not ${tokensPerHour}: that is ${inWords(tokensPerHour / 3600)} tokens/s, and ` +
      `the published Figure 1 itself generates ${inWords(figure1TokensPerSecond)} tokens/s, ${inWords(figure1TokensPerSecond * 3600)} an hour. ` +
      `The two published numbers are a factor of ${inWords(hourly / tokensPerHour)} apart (computed exactly).`,
    number: {
      what: "30 tokens/s by the hour, over the 39,600 published beside them",
      value: hourly / tokensPerHour,
      low: null,
      high: null,
    },
    obtained: "computed exactly",
  };
}
