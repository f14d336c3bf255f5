import { type ClaimVerdict, numberOf } from "../../../src/lab/claims/verdict.ts";
import { inWords } from "../../../src/lab/format.ts";
import type { Streams } from "../../../src/sim/streams.ts";
import { acceptanceEstimate } from "../../../src/statistics/acceptance-estimate.ts";
import { PUBLISHED_SCHEME } from "../../attack/columns.ts";
import { byPrompt, withInterval } from "../../attack/of-rows.ts";
import type { AttackRow } from "../../attack/rows.ts";
import { printedAcceptance } from "../published.ts";

/** Prompts that a mean over prompts needs at least. */
const FEWEST_PROMPTS = 2;

/**
 * C2: three random positions accept a false output with probability 7.78e-15 (blog, §2.5.4). Judged on outputs of cheats that
 * hold at least one position at which the reference model says something else. One cheat that passes beyond doubt more often than
 * published refutes it; cheats that never passed bound their acceptance far above the published figure, and confirm nothing.
 */
export function claimC2(rows: readonly AttackRow[], sampling: string, streams: Streams): ClaimVerdict {
  const base = { claim: "C2", subject: sampling } as const;
  const isFalse = (row: AttackRow) => row.kind === "cheat" && row.consistent < row.outputTokens;
  const cheats = [...Map.groupBy(rows.filter(isFalse), ({ strategy }) => strategy)].flatMap(([strategy, own]) => {
    const groups = byPrompt(own, ({ accept }) => accept[PUBLISHED_SCHEME]!);
    const draws = streams.fresh(`statistics/C2/${sampling}/${strategy}`);
    return groups.length < FEWEST_PROMPTS ? [] : [{ strategy, estimate: acceptanceEstimate(groups, draws) }];
  });
  if (cheats.length === 0)
    return { ...base, verdict: "not decided", sentence: "This run has no false outputs for two prompts or more." };
  const above = cheats.filter(({ estimate }) => estimate.low > printedAcceptance);
  const never = cheats.filter(({ estimate }) => estimate.value === 0);
  const most = cheats.reduce((top, each) => (each.estimate.value > top.estimate.value ? each : top));
  const unseen =
    never.length === 0
      ? ""
      : ` Never accepted: ${never.map(({ strategy, estimate }) => `${strategy} (under ${inWords(estimate.high)})`).join(", ")}.`;
  return {
    ...base,
    verdict: above.length > 0 ? "fails" : "not decided",
    sentence:
      `Of ${cheats.length} cheats with false outputs, ${above.length} pass three checks more often than published, beyond doubt; ` +
      `${most.strategy} most often, with probability ${withInterval(most.estimate)}.${unseen} The published figure is right only for ` +
      "tokens guessed evenly, which no cheat does.",
    number: numberOf(`P(accept) of a false output, ${most.strategy}`, most.estimate),
    obtained: "measured",
  };
}
