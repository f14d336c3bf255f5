/** What a verdict costs the verifier: a matter of the claim's lengths, not of what it says. */
import { standardSchemesByName } from "../../src/protocol/schemes/schemes.ts";
import type { ScoredOutput } from "../../src/protocol/schemes/scored-output.ts";
import { costOfAllPositions, noCost, type VerificationCost } from "../../src/protocol/schemes/verification-cost.ts";
import type { AttackRow } from "../attack/rows.ts";

const END = 1;
const TOKEN = 2;

/** Mean over these claims, in tokens. */
export function verdictCost(scheme: string, rows: readonly AttackRow[]): VerificationCost {
  const known = new Map<string, VerificationCost>();
  const sum = { prefillTokens: 0, separatePrefillTokens: 0, decodeTokens: 0 };
  for (const row of rows) {
    const key = `${row.promptTokens}/${row.outputTokens}/${row.ended}/${row.falseOnItsFace}`;
    const cost = known.get(key) ?? costOfClaim(scheme, row);
    known.set(key, cost);
    for (const part of Object.keys(sum) as (keyof typeof sum)[]) sum[part] += cost[part] / rows.length;
  }
  return sum;
}

function costOfClaim(name: string, row: AttackRow): VerificationCost {
  const scheme = standardSchemesByName.get(name);
  if (row.falseOnItsFace || scheme === undefined) return noCost;
  if (scheme.kind === "statistic") return costOfAllPositions(row.promptTokens, row.outputTokens);
  const judged = scheme.judge(consistentOutput(row));
  return judged.ok ? judged.value.cost : noCost;
}

/** A claim of the same lengths that agrees with the model everywhere. A text that ended is taken to lie below the limit. */
function consistentOutput({ promptTokens, outputTokens, ended }: AttackRow): ScoredOutput {
  const output = new Array<number>(outputTokens).fill(TOKEN);
  if (ended) output[outputTokens - 1] = END;
  const zeros = new Float32Array(outputTokens);
  return {
    identity: {
      job: {
        promptTokens: new Array<number>(promptTokens).fill(TOKEN),
        tokenLimit: ended ? outputTokens + 1 : outputTokens,
      },
    },
    outputTokens: output,
    endTokens: [END],
    evidence: {
      referenceTokens: output,
      claimedLogits: zeros,
      topLogits: zeros,
      logSumExps: zeros,
      margins: zeros,
      ranks: null,
      entropiesNats: null,
      inputReferenceTokens: new Array<number>(promptTokens - 1).fill(TOKEN),
    },
  };
}
