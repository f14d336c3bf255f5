/** What a scheme's verification of an output costs, beside generating it. */
import type { Hardware } from "../../src/actors/hardware-profile.ts";
import { modelUs } from "../../src/actors/relative-cost.ts";
import { standardSchemesByName } from "../../src/protocol/schemes/schemes.ts";
import { costOfAllPositions, type VerificationCost } from "../../src/protocol/schemes/verification-cost.ts";
import type { AttackRow } from "../attack/rows.ts";

/** Names of the schemes that every strategy is held against. */
export const standardSchemeNames: readonly string[] = [...standardSchemesByName.keys()];

/** Tokens of an output of that shape: what a scheme reads depends on lengths and on whether the text ended, on nothing else. */
function verificationCost(
  scheme: string,
  { promptTokens, outputTokens, ended }: Pick<AttackRow, "promptTokens" | "outputTokens" | "ended">,
): VerificationCost {
  const made = standardSchemesByName.get(scheme);
  if (made === undefined) throw new RangeError(`scheme ${scheme}: unknown`);
  if (made.kind === "statistic") return costOfAllPositions(promptTokens, outputTokens);
  const judged = made.judge(consistentOutput(promptTokens, outputTokens, ended));
  if (!judged.ok) throw new RangeError(`scheme ${scheme}: ${judged.rejection.code}`);
  return judged.value.cost;
}

/** Mean cost of verifying these outputs once, the mean time of generating them being 1; the fixed cost of a request is in neither. */
export function verificationOverGeneration(
  scheme: string,
  rows: readonly AttackRow[],
  hardware: Hardware,
  modelRoot: string,
): number {
  let [verifyUs, generateUs] = [0, 0];
  for (const row of rows) {
    const { prefillTokens, decodeTokens } = verificationCost(scheme, row);
    verifyUs += modelUs([{ modelRoot, prefillTokens, decodeTokens }], hardware);
    generateUs += 1000 * row.workMs;
  }
  return verifyUs / generateUs;
}

const END = 0;
const OTHER = 1;

/** A claim of that shape which every position of passes. */
function consistentOutput(promptTokens: number, outputTokens: number, ended: boolean) {
  const tokens = Array.from({ length: outputTokens }, (_, i) => (ended && i === outputTokens - 1 ? END : OTHER));
  const zeros = tokens.map(() => 0);
  return {
    identity: {
      job: {
        promptTokens: Array.from({ length: promptTokens }, () => OTHER),
        tokenLimit: ended ? outputTokens + 1 : outputTokens,
      },
    },
    outputTokens: tokens,
    endTokens: [END],
    evidence: {
      referenceTokens: tokens,
      claimedLogits: zeros,
      topLogits: zeros,
      logSumExps: zeros,
      margins: zeros,
      ranks: tokens.map(() => 1),
      entropiesNats: zeros,
      inputReferenceTokens: Array.from({ length: promptTokens }, () => OTHER),
    },
  };
}
