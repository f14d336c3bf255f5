import type { ClaimVerdict } from "../../../src/lab/claims/verdict.ts";
import { inWords, rounded } from "../../../src/lab/format.ts";
import { publishedTokenCost } from "../published-cost.ts";
import type { TokenCostRow } from "../rows.ts";

const { tokensPerSecond, tokensPerHour, watts, usdPerKwh, usdPer1000Tokens } = publishedTokenCost;
/** Both claims are about Vicuna 7B q5_1. */
const ABOUT_THAT_SIZE = /(?<!\d)[78]b(?![a-z0-9])/i;
/** Agreement of two machines' electricity, as C6 is judged on the prototype's own. */
const AS_MUCH = 0.1;

/** C5 on one calibrated machine: whether it generates 30 tokens a second (blog, §2.5.5), one sequence at a time. */
export function claimC5On(row: TokenCostRow): ClaimVerdict {
  const rate = row.decodeTokensPerSecond;
  return {
    claim: "C5",
    subject: row.model,
    verdict: judged(row, rate >= tokensPerSecond),
    sentence:
      `It generates ${inWords(rate)} tokens/s, ${inWords(rate * 3600)} an hour, one sequence at a time; published: up to ${tokensPerSecond} tokens/s, and ` +
      `${tokensPerHour} an hour.${otherSize(row)}`,
    number: { what: "tokens generated in a second", value: rate, low: null, high: null },
    obtained: "measured",
  };
}

/** C6 on one calibrated machine: whether electricity for 1000 tokens costs about $0.00134 (blog, §2.5.5). */
export function claimC6On(row: TokenCostRow): ClaimVerdict {
  const usd = row.electricityUsdPer1000Tokens;
  return {
    claim: "C6",
    subject: row.model,
    verdict: judged(row, Math.abs(usd / usdPer1000Tokens - 1) < AS_MUCH),
    sentence:
      `At ${inWords(row.watts)} W (${row.what}) 1000 tokens take ${inWords(row.joulesPer1000Tokens / 1000)} kJ, $${threeDigits(usd)} of electricity at $${row.usdPerKwh} a kWh, ` +
      `$${threeDigits(row.usdPer1000Tokens)} with the machine's wear; published: $${usdPer1000Tokens} at ${watts} W and $${usdPerKwh}.${otherSize(row)}`,
    number: { what: "electricity for 1000 tokens (dollars)", value: usd, low: null, high: null },
    obtained: row.what.endsWith("watts assumed") ? "modelled" : "measured",
  };
}

function judged({ model }: TokenCostRow, holds: boolean): ClaimVerdict["verdict"] {
  if (!ABOUT_THAT_SIZE.test(model)) return "not decided";
  return holds ? "holds" : "fails";
}

function otherSize({ model }: TokenCostRow): string {
  return ABOUT_THAT_SIZE.test(model)
    ? ""
    : " The claim is about a model of 7B parameters, which this is not by its name.";
}

function threeDigits(usd: number): string {
  return rounded(usd).toString();
}
