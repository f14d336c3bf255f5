import { type ClaimVerdict, inPercent, numberOf } from "../../../src/lab/claims/verdict.ts";
import type { Streams } from "../../../src/sim/streams.ts";
import { inconsistentShare } from "../../attack/inconsistent-share.ts";
import { labelsOf, withInterval } from "../../attack/of-rows.ts";
import type { AttackRow } from "../../attack/rows.ts";

/** "Every token after it": nearly all will do. */
const NEARLY_ALL = 0.95;

/**
 * C9: tampering with one token breaks every token after it (§2.5.6, blog). Judged on outputs of which one token was changed and
 * the rest left alone: how many of all positions behind it are no longer what the model says, given the changed text.
 */
export function claimC9(rows: readonly AttackRow[], sampling: string, streams: Streams): ClaimVerdict {
  const base = { claim: "C9", subject: sampling } as const;
  const broken = (labels: readonly string[]) => {
    const own = rows.filter((row) => labels.includes(row.strategy) && positionsBehind(row) > 0);
    if (new Set(own.map(({ prompt }) => prompt)).size < 2) return null;
    const counts = own.map((row) => {
      const positions = positionsBehind(row);
      return { prompt: row.prompt, positions, inconsistent: positions - row.consistentAfter! };
    });
    return inconsistentShare(counts, streams, `C9/${sampling}/${labels[0]}`);
  };
  const left = broken(labelsOf("single-token-substitution", { regenerate: false }));
  const regenerated = broken(labelsOf("single-token-substitution", { regenerate: true }));
  if (left === null)
    return {
      ...base,
      verdict: "not decided",
      sentence: "This run has no output with one token changed and the rest kept.",
    };
  const again =
    regenerated === null ? "" : ` Where the rest is generated again, ${withInterval(regenerated, 100)} % are.`;
  return {
    ...base,
    verdict: left.low > NEARLY_ALL ? "holds" : left.high < NEARLY_ALL ? "fails" : "not decided",
    sentence:
      `Behind a changed token, with the rest left as it was, ${withInterval(left, 100)} % of the positions are inconsistent: the verifier ` +
      `reads the claimed text, changed token included, and mostly agrees with how it goes on.${again}`,
    number: numberOf("positions broken behind a changed token (%)", inPercent(left)),
    obtained: "measured",
  };
}

function positionsBehind({ firstAltered, outputTokens }: AttackRow): number {
  return firstAltered === null ? 0 : outputTokens - firstAltered - 1;
}
