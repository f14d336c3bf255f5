import { type ClaimVerdict, numberOf, type Part, verdictOf } from "../../../src/lab/claims/verdict.ts";
import type { Streams } from "../../../src/sim/streams.ts";
import { acceptanceEstimate } from "../../../src/statistics/acceptance-estimate.ts";
import type { Estimate } from "../../../src/statistics/interval.ts";
import { PUBLISHED_SCHEME } from "../../attack/columns.ts";
import { byPrompt, labelsOf, withInterval } from "../../attack/of-rows.ts";
import type { AttackRow } from "../../attack/rows.ts";

/** An exploit that passes less often than this on ordinary inputs needs special ones; one that passes more often does not. */
const WORKS_FROM = 0.05;
/** Filler is close to the truth if more than half of its tokens are the honest output's. */
const CLOSE_FROM = 0.5;

/** C8: repetition exploits need highly repetitive inputs and stay close to the truth (blog, §2.5.7). */
export function claimC8(rows: readonly AttackRow[], sampling: string, streams: Streams): ClaimVerdict {
  const base = { claim: "C8", subject: sampling } as const;
  const own = rows.filter(
    ({ strategy, firstAltered, sameAsHonest }) =>
      labelsOf("repetition").includes(strategy) && firstAltered !== null && sameAsHonest !== null,
  );
  const prompts = new Set(own.map(({ prompt }) => prompt));
  if (prompts.size < 2)
    return { ...base, verdict: "not decided", sentence: "This run has no repeated output beside an honest one." };
  const mean = (name: string, of: (row: AttackRow) => number) =>
    acceptanceEstimate(byPrompt(own, of), streams.fresh(`statistics/C8/${name}/${sampling}`));
  const filler = (row: AttackRow) => row.outputTokens - row.firstAltered!;
  const accepted = mean("accepted", ({ accept }) => accept[PUBLISHED_SCHEME]!);
  // Before the filler the real model wrote: those tokens are the honest output's.
  const same = mean("same", (row) => Math.max(0, row.sameAsHonest! - row.firstAltered!) / filler(row));
  const parts: Part[] = [opposite(above(accepted, WORKS_FROM)), above(same, CLOSE_FROM)];
  return {
    ...base,
    verdict: verdictOf(parts),
    sentence:
      `On ${prompts.size} ordinary openings, not chosen for repetition, repeated filler passes ${PUBLISHED_SCHEME} with probability ` +
      `${withInterval(accepted)}: ${WORDS[parts[0]!]}. ${withInterval(same, 100)} % of its tokens are the honest output's: ${CLOSE[parts[1]!]}.`,
    number: numberOf("P(accept) of repeated filler on ordinary inputs", accepted),
    obtained: "measured",
  };
}

const WORDS = {
  confirmed: "too seldom to be of use without repetitive inputs, as claimed",
  refuted: "no repetitive input is needed",
  open: "too close to tell",
} as const;
const CLOSE = {
  confirmed: "close to the truth, as claimed",
  refuted: "not close to the truth",
  open: "too close to tell",
} as const;

function above({ low, high }: Estimate, limit: number): Part {
  if (low > limit) return "confirmed";
  return high < limit ? "refuted" : "open";
}

function opposite(part: Part): Part {
  return part === "open" ? part : part === "confirmed" ? "refuted" : "confirmed";
}
