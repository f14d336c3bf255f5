import { type ClaimVerdict, type Part, verdictOf } from "../../../src/lab/claims/verdict.ts";
import { inWords, rounded } from "../../../src/lab/format.ts";
import { electricityUsdPer1000 } from "../model.ts";
import { figure1TokensPerSecond, publishedTokenCost } from "../published-cost.ts";
import type { TokenCostRow } from "../rows.ts";

/** Agreement with a figure printed to three digits. */
const PRINTED = 0.005;

/**
 * C6: at 312 W and $0.17 a kWh, 1000 tokens cost $0.00134 (blog, §2.5.5). Two parts: the arithmetic from 39,600 tokens an hour, and
 * whether it is what electricity costs at the rate that the published Figure 1 shows for the same machine.
 */
export function claimC6(rows: readonly TokenCostRow[]): ClaimVerdict {
  const { tokensPerHour, tokensPerSecond, watts, usdPerKwh, usdPer1000Tokens } = publishedTokenCost;
  const at = (perHour: number) => electricityUsdPer1000(perHour, watts, usdPerKwh);
  const arithmetic = at(tokensPerHour);
  const own = rows.find(
    (row) =>
      row.machine === "prototype" &&
      row.usdPerKwh === usdPerKwh &&
      row.batch === 1 &&
      row.nodesPerJob === 1 &&
      row.verifiedShare === 0,
  );
  const holds: Part = Math.abs(arithmetic / usdPer1000Tokens - 1) < PRINTED ? "confirmed" : "refuted";
  const same: Part = Math.abs(at(figure1TokensPerSecond * 3600) / usdPer1000Tokens - 1) < 0.1 ? "confirmed" : "refuted";
  const whole =
    own === undefined
      ? ""
      : ` With the machine's wear ($${own.machineUsd}, ${own.outputTokens} tokens after ${own.promptTokens}, busy ${Math.round(100 * own.utilisation)} % of its life) it is ` +
        `$${usd(own.usdPer1000Tokens)}, of which $${usd(own.electricityUsdPer1000Tokens)} is electricity.`;
  return {
    claim: "C6",
    subject: "the prototype's machine",
    verdict: verdictOf([holds, same]),
    sentence:
      `${watts} W at $${usdPerKwh} and ${tokensPerHour} tokens an hour are $${usd(arithmetic)} for 1000 tokens: the arithmetic holds. At the ` +
      `published ${tokensPerSecond} tokens/s it would be $${usd(at(tokensPerSecond * 3600))}, at Figure 1's ${inWords(figure1TokensPerSecond)} tokens/s ` +
      `$${usd(at(figure1TokensPerSecond * 3600))}: electricity alone.${whole}`,
    number: {
      what: "electricity for 1000 tokens at the rate of the published Figure 1 (dollars)",
      value: at(figure1TokensPerSecond * 3600),
      low: null,
      high: null,
    },
    obtained: "computed exactly",
  };
}

function usd(value: number): string {
  return rounded(value).toString();
}
