/** Thresholds of the statistic schemes, from calibration prompts alone. */
import { calibrateScores, type Threshold } from "../../src/protocol/schemes/calibrate.ts";
import { judgeScore } from "../../src/protocol/schemes/judge-statistic.ts";
import { standardSchemesByName } from "../../src/protocol/schemes/schemes.ts";
import type { AttackRow } from "./rows.ts";

/** The share of honest claims that a threshold may reject, where there are claims enough to promise it. */
const FALSE_REJECT_SHARE = 0.01;

const statistics = [...standardSchemesByName.values()].filter((scheme) => scheme.kind === "statistic");

/** By sampling and scheme, for every scheme that has honest scores to go by. */
export function thresholdsOf(rows: readonly AttackRow[]): Map<string, Map<string, Threshold>> {
  const samplings = Map.groupBy(rows, ({ sampling }) => sampling);
  return new Map([...samplings].map(([sampling, own]) => [sampling, thresholdsUnder(own)]));
}

function thresholdsUnder(rows: readonly AttackRow[]): Map<string, Threshold> {
  const honest = rows.filter(({ split }) => split === "calibration");
  const thresholds = new Map<string, Threshold>();
  for (const scheme of statistics) {
    const scored = honest.flatMap(({ prompt, scores }) => {
      const score = scores[scheme.name] ?? null;
      return score === null ? [] : [{ prompt: String(prompt), score }];
    });
    if (scored.length === 0) continue;
    const smallest = (scheme.sides === "both" ? 2 : 1) / (scored.length + 1);
    const threshold = calibrateScores(scheme, scored, Math.max(FALSE_REJECT_SHARE, smallest));
    if (threshold.ok) thresholds.set(scheme.name, threshold.value);
  }
  return thresholds;
}

/**
 * P(accept) of an evaluated claim under every scheme, by name: the row's own for direct schemes, 0 or 1 for statistics; null where
 * a scheme had no evidence or no threshold. Throws for a claim whose prompt has set the threshold.
 */
export function acceptanceOf(
  row: AttackRow,
  thresholds: ReadonlyMap<string, ReadonlyMap<string, Threshold>>,
): Record<string, number | null> {
  const own = thresholds.get(row.sampling);
  const judged = Object.entries(row.scores).map(([scheme, score]) => {
    const threshold = own?.get(scheme);
    if (score === null || threshold === undefined) return [scheme, null] as const;
    if (row.falseOnItsFace) return [scheme, 0] as const;
    const passes = judgeScore(threshold, scheme, { prompt: String(row.prompt), score });
    if (!passes.ok) throw new Error(`${passes.rejection.code}: ${passes.rejection.message}`);
    return [scheme, passes.value ? 1 : 0] as const;
  });
  return { ...row.accept, ...Object.fromEntries(judged) };
}
