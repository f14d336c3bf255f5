import type { DetectionSummary } from "./summary.ts";

/** The cheats that even the best scheme with a score catches least, among those with false outputs at all. */
export function hardestToDetect(
  summary: readonly DetectionSummary[],
  scored: (scheme: string) => boolean,
  count: number,
): string[] {
  const best = Map.groupBy(
    summary.filter(({ scheme }) => scored(scheme)),
    ({ strategy }) => strategy,
  );
  return [...best]
    .map(([strategy, own]) => ({ strategy, area: Math.max(...own.map(({ area }) => area)) }))
    .sort((a, b) => a.area - b.area)
    .slice(0, count)
    .map(({ strategy }) => strategy);
}
