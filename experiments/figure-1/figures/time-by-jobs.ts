import type { Figure } from "../../../src/lab/charts/figure.ts";
import { type LineLook, type LinePoint, linesWithEnds } from "../../../src/lab/charts/lines-with-ends.ts";
import { COLOURS } from "../../../src/lab/charts/theme.ts";
import { endsInWords, repeatsInWords } from "../look.ts";
import type { TogetherSummary } from "../together.ts";

const shapes = ["circle", "square", "triangle-up", "diamond", "triangle-down"];

/** Time per job over jobs at once, to generate and to verify; null where no jobs were measured together. */
export function timeByJobs(summary: readonly TogetherSummary[]): Figure | null {
  if (summary.length === 0) return null;
  const lengths = [...new Set(summary.map(({ outputTokens }) => outputTokens))].sort((a, b) => a - b);
  const points = summary
    .flatMap(({ model, outputTokens, jobs, ...times }): LinePoint[] => [
      {
        panel: model,
        series: `generate ${outputTokens}`,
        x: jobs,
        y: times.generateMs,
        low: times.generateLowMs,
        high: times.generateHighMs,
      },
      {
        panel: model,
        series: `verify ${outputTokens}`,
        x: jobs,
        y: times.verifyMs,
        low: times.verifyLowMs,
        high: times.verifyHighMs,
      },
    ])
    .sort((a, b) => a.x - b.x);
  const looks = lengths.flatMap((length, i): LineLook[] => [
    { series: `generate ${length}`, colour: COLOURS.black, shape: shapes[i % shapes.length]!, borrowed: false },
    { series: `verify ${length}`, colour: COLOURS.blue, shape: shapes[i % shapes.length]!, borrowed: false },
  ]);
  const title = "Time per job, by jobs at once";
  return {
    name: "time-by-jobs",
    title,
    description: `${title}. ${endsInWords(points, " ms").replace(" tokens,", " jobs at once,")}`,
    spec: (widthPx) =>
      linesWithEnds(
        {
          title,
          subtitle: [
            `Time of the call over the jobs in it: generated in lock step, verified in one pass; by tokens of each. ${repeatsInWords(summary)}`,
            "Claims C1 and C3 (blog, §2.5.1, §2.5.4) speak of one job alone.",
          ],
          points,
          looks,
          x: { title: "jobs at once", ticks: [1, 2, 4, 8, 16, 32, 64] },
          y: { title: "time per job (ms)" },
          panelHeightPx: 200,
        },
        widthPx,
      ),
  };
}
