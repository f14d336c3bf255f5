import { type ClaimVerdict, inPercent, numberOf, type Part, verdictOf } from "../../../src/lab/claims/verdict.ts";
import type { Streams } from "../../../src/sim/streams.ts";
import { clusteredBootstrap } from "../../../src/statistics/clustered-bootstrap.ts";
import type { Estimate } from "../../../src/statistics/interval.ts";
import { PUBLISHED_SCHEME } from "../../attack/columns.ts";
import { labelsOf, withInterval } from "../../attack/of-rows.ts";
import type { AttackRow } from "../../attack/rows.ts";

/** Detection within a tenth of 3 / N counts as 3 / N. */
const MARGIN = 0.1;

/**
 * C10: substituting one of N tokens is detected with odds of 3 in N (§2.5.7). Judged for each way to substitute: 1 - P(accept), exact
 * over the verifier's draws, over 3 / N of the same outputs.
 */
export function claimC10(rows: readonly AttackRow[], sampling: string, streams: Streams): ClaimVerdict {
  const base = { claim: "C10", subject: sampling } as const;
  const cases = labelsOf("single-token-substitution").flatMap((label) => {
    const own = rows.filter(({ strategy, firstAltered }) => strategy === label && firstAltered !== null);
    const groups = [...Map.groupBy(own, ({ prompt }) => prompt).values()].map(sums);
    if (groups.length < 2) return [];
    const draws = (name: string) => streams.fresh(`statistics/C10/${name}/${sampling}/${label}`);
    const total = (of: keyof Sums) => (all: readonly Sums[]) => all.reduce((sum, each) => sum + each[of], 0);
    const [detected, claimed, count] = [total("detected"), total("claimed"), total("count")];
    return {
      label,
      ratio: clusteredBootstrap(groups, (all) => detected(all) / claimed(all), draws("ratio")),
      detected: clusteredBootstrap(groups, (all) => detected(all) / count(all), draws("detected")),
    };
  });
  const [first] = cases;
  if (first === undefined)
    return { ...base, verdict: "not decided", sentence: "This run has no output with one token changed." };
  const said = cases.map(
    ({ label, ratio, detected }) =>
      `${label}: detected with probability ${withInterval(detected)}, ${withInterval(ratio)} times 3/N (${WORDS[near(ratio)]})`,
  );
  return {
    ...base,
    verdict: verdictOf(cases.map(({ ratio }) => near(ratio))),
    sentence: `Under ${PUBLISHED_SCHEME}, ${said.join("; ")}.`,
    number: numberOf(`outputs detected, ${first.label} (%)`, inPercent(first.detected)),
    obtained: "measured",
  };
}

const WORDS = { confirmed: "as claimed", refuted: "not as claimed", open: "too close to tell" } as const;

interface Sums {
  readonly detected: number;
  readonly claimed: number;
  readonly count: number;
}

function sums(rows: readonly AttackRow[]): Sums {
  return {
    detected: rows.reduce((sum, { accept }) => sum + 1 - accept[PUBLISHED_SCHEME]!, 0),
    claimed: rows.reduce((sum, { outputTokens }) => sum + Math.min(1, 3 / outputTokens), 0),
    count: rows.length,
  };
}

function near({ low, high }: Estimate): Part {
  if (low > 1 + MARGIN || high < 1 - MARGIN) return "refuted";
  return low > 1 - MARGIN && high < 1 + MARGIN ? "confirmed" : "open";
}
