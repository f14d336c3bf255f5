import { type ClaimVerdict, inPercent, numberOf } from "../../src/lab/claims/verdict.ts";
import type { Streams } from "../../src/sim/streams.ts";
import { inconsistentShare } from "../attack/inconsistent-share.ts";
import { labelsOf, withInterval } from "../attack/of-rows.ts";
import { binStarts, type WhereRow } from "./rows.ts";

/** "Every token after it": nearly all will do. */
const NEARLY_ALL = 0.95;
const BEHIND = binStarts.distance.indexOf(1);

/** C9: tampering with one token breaks every token after it (§2.5.6, blog). Judged by distance from the changed token. */
export function claimC9ByDistance(rows: readonly WhereRow[], sampling: string, streams: Streams): ClaimVerdict {
  const base = { claim: "C9", subject: sampling } as const;
  const share = (labels: readonly string[], isIn: (bin: number) => boolean, name: string) => {
    const own = rows.filter(
      ({ strategy, measure, bin }) => labels.includes(strategy) && measure === "distance" && isIn(bin),
    );
    return own.length === 0 ? null : inconsistentShare(own, streams, `C9/${sampling}/${name}`);
  };
  const kept = labelsOf("single-token-substitution", { regenerate: false });
  const all = share(kept, (bin) => bin >= BEHIND, "behind");
  if (all === null)
    return {
      ...base,
      verdict: "not decided",
      sentence: "This run has no output with one token changed and the rest kept.",
    };
  const next = share(kept, (bin) => bin === BEHIND, "next");
  const far = share(kept, (bin) => bin === binStarts.distance.length - 1, "far");
  const again = share(
    labelsOf("single-token-substitution", { regenerate: true }),
    (bin) => bin >= BEHIND,
    "regenerated",
  );
  const percent = (estimate: typeof all) => `${withInterval(estimate, 100)} %`;
  return {
    ...base,
    verdict: all.low > NEARLY_ALL ? "holds" : all.high < NEARLY_ALL ? "fails" : "not decided",
    sentence:
      `Of the positions behind a changed token, with the rest left as it was, ${percent(all)} are inconsistent` +
      `${next === null ? "" : `: ${percent(next)} right behind it`}` +
      `${far === null ? "" : `, ${percent(far)} from ${binStarts.distance.at(-1)} positions on`}. ` +
      "The verifier reads the claimed text, changed token included." +
      `${again === null ? "" : ` With the rest generated again it is ${percent(again)}.`}`,
    number: numberOf("positions broken behind a changed token (%)", inPercent(all)),
    obtained: "measured",
  };
}
