import type { Figure } from "../../../src/lab/charts/figure.ts";
import { frame } from "../../../src/lab/charts/frame.ts";
import { COLOURS, INK } from "../../../src/lab/charts/theme.ts";
import { percent } from "../../../src/lab/format.ts";
import { meanOverRuns } from "../../../src/statistics/over-runs.ts";
import { type Cell, sumOf } from "../cells.ts";

/** What became of the jobs that clients paid a kind of node for. */
interface Fate {
  readonly panel: string;
  readonly kind: string;
  readonly fate: (typeof FATES)[number];
  readonly jobs: number;
  readonly share: number;
}

const FATES = ["passed verification", "never verified", "failed verification", "other stake lost"] as const;
const FATE_COLOURS = [COLOURS.blue, "#B8C4CE", COLOURS.vermilion, COLOURS.purple];

/** Of the jobs that each kind of node was paid for: verified and passed, not verified, caught, or slashed for withholding. */
export function fateOfPaidJobs(cells: readonly Cell[]): Figure {
  const fates = fatesOf(cells);
  const title = "What became of the jobs a node was paid for";
  return {
    name: "fate-of-paid-jobs",
    title,
    description: `${title}. ${inSentence(fates)}`,
    spec: (widthPx) => ({
      ...frame(
        title,
        "All runs together, by kind of node. Failed verification and other lost stakes (output withheld) cost the node its stake; bars: " +
          "95 % intervals over runs of the share that lost none. At the right: jobs paid. Modelled; no numbered claim (§2.4, §2.5).",
        widthPx,
      ),
      data: { values: [...fates.map((fate) => ({ role: "fate", ...fate })), ...totalsOf(fates), ...barsOf(cells)] },
      facet: { field: "panel", type: "nominal", sort: [...new Set(fates.map(({ panel }) => panel))] },
      columns: 1,
      spacing: 16,
      spec: {
        width: widthPx - 230,
        height: { step: 19 },
        encoding: {
          y: {
            field: "kind",
            type: "nominal",
            sort: [...new Set(fates.map(({ kind }) => kind))],
            axis: { title: null, ticks: false, domain: false, labelLimit: 160 },
          },
        },
        layer: [
          {
            transform: [{ filter: { field: "role", equal: "fate" } }],
            mark: { type: "bar", height: 13 },
            encoding: {
              x: {
                field: "share",
                type: "quantitative",
                stack: "zero",
                scale: { domain: [0, 1] },
                axis: { title: "share of the jobs paid", format: ".0%", values: [0, 0.25, 0.5, 0.75, 1] },
              },
              color: {
                field: "fate",
                type: "nominal",
                sort: [...FATES],
                scale: { domain: [...FATES], range: FATE_COLOURS },
                legend: { title: null, orient: "top", direction: "horizontal", columns: 2, labelFontSize: 10.5 },
              },
              order: { field: "order" },
              tooltip: [
                { field: "kind", title: "kind" },
                { field: "fate", title: "fate" },
                { field: "jobs", title: "jobs" },
              ],
            },
          },
          {
            transform: [{ filter: { field: "role", equal: "bar" } }],
            mark: { type: "rule", strokeWidth: 1.5, color: INK },
            encoding: { x: { field: "low", type: "quantitative" }, x2: { field: "high" } },
          },
          {
            transform: [{ filter: { field: "role", equal: "total" } }],
            mark: { type: "text", align: "left", dx: 6 },
            encoding: { x: { value: widthPx - 230 }, text: { field: "jobs", format: "," } },
          },
        ],
      },
    }),
  };
}

function fatesOf(cells: readonly Cell[]): (Fate & { order: number })[] {
  const rows = cells.flatMap(({ scheduling, nodes }) => nodes.map((row) => ({ panel: scheduling, row })));
  const groups = Map.groupBy(rows, ({ panel, row }) => `${panel}/${row.kind}`);
  return [...groups.values()].flatMap((group) => {
    const own = group.map(({ row }) => row);
    const paid = sumOf(own, "paid");
    const [passed, failed, slashed] = [sumOf(own, "passed"), sumOf(own, "failed"), sumOf(own, "slashed")];
    // Every output that failed is charged, and the stake lost; whatever else was slashed was withheld.
    const withheld = Math.max(0, slashed - failed);
    const counts = [passed, paid - passed - failed - withheld, failed, withheld];
    return FATES.map((fate, order) => ({
      panel: group[0]!.panel,
      kind: own[0]!.kind,
      fate,
      order,
      jobs: counts[order]!,
      share: paid === 0 ? 0 : counts[order]! / paid,
    }));
  });
}

function totalsOf(fates: readonly Fate[]): object[] {
  return [...Map.groupBy(fates, ({ panel, kind }) => `${panel}/${kind}`).values()].map((own) => ({
    role: "total",
    panel: own[0]!.panel,
    kind: own[0]!.kind,
    jobs: own.reduce((sum, { jobs }) => sum + jobs, 0),
  }));
}

/** The share of paid jobs that cost no stake, over runs: where the caught part of a bar begins. */
function barsOf(cells: readonly Cell[]): object[] {
  const rows = cells.flatMap(({ scheduling, nodes }) => nodes.map((row) => ({ panel: scheduling, row })));
  return [...Map.groupBy(rows, ({ panel, row }) => `${panel}/${row.kind}`).values()].flatMap((group) => {
    const kept = group
      .map(({ row }) => row)
      .filter(({ paid }) => paid! > 0)
      .map(({ paid, failed, slashed }) => 1 - Math.max(failed!, slashed!) / paid!);
    if (kept.length < 2) return [];
    const { low, high } = meanOverRuns(kept);
    const { panel, row } = group[0]!;
    return [{ role: "bar", panel, kind: row.kind, low: Math.max(0, low), high: Math.min(1, high) }];
  });
}

function inSentence(fates: readonly Fate[]): string {
  const failed = fates.filter(({ fate, jobs }) => fate === "failed verification" && jobs > 0);
  if (failed.length === 0) return "No output that was verified failed.";
  const words = failed.map(({ panel, kind, jobs, share }) => `${kind} ${jobs} (${percent(share)}, ${panel})`);
  return `Failed verification: ${words.join(", ")}.`;
}
