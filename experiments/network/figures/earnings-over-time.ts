import type { TopLevelSpec } from "vega-lite";
import { placeEndLabels } from "../../../src/lab/charts/end-labels.ts";
import type { Figure } from "../../../src/lab/charts/figure.ts";
import { textWidthPx } from "../../../src/lab/charts/fonts.ts";
import { frame } from "../../../src/lab/charts/frame.ts";
import { INK, LABEL_FONT_PX } from "../../../src/lab/charts/theme.ts";
import { inWords } from "../../../src/lab/format.ts";
import { meanOverRuns } from "../../../src/statistics/over-runs.ts";
import { kindLooks } from "../look.ts";
import type { NetworkRow } from "../rows.ts";

interface Point {
  readonly panel: string;
  readonly kind: string;
  readonly hours: number;
  readonly coins: number;
  /** Interval over runs; the coins themselves of a single run. */
  readonly low: number;
  readonly high: number;
}

const PANEL_HEIGHT_PX = 170;
const BESIDE_PANEL_PX = 98;

/** What a node of each kind has earned up to each time, one panel a scheduling: rewards less slashed stakes and fees. */
export function earningsOverTime(rows: readonly NetworkRow[]): Figure {
  const points = earnings(rows);
  const title = "What a node earns, by what it does";
  const runs = new Set(rows.map(({ run }) => run)).size;
  return {
    name: "earnings-over-time",
    title,
    description: `${title}. ${endsInWords(points)}`,
    spec: (widthPx) =>
      spec(
        points,
        title,
        `Coins a node: settled rewards less slashed stakes and fees, ${runs === 1 ? "of one run" : `mean of ${runs} runs, bars: 95 % intervals at the end`}` +
          `. Payments settle in blocks, at least ten minutes after the job. Modelled; no numbered claim (§2.4).`,
        widthPx,
      ),
  };
}

function earnings(rows: readonly NetworkRow[]): Point[] {
  const nodes = rows.filter(({ party, members }) => party === "node" && members > 0);
  const cells = Map.groupBy(nodes, ({ scheduling, kind, hours }) => `${scheduling}/${kind}/${hours}`);
  return [...cells.values()].map((cell) => {
    const { scheduling, kind, hours } = cell[0]!;
    const { value: coins, low, high } = meanOverRuns(cell.map(({ earnedCoins, members }) => earnedCoins! / members));
    const ends = Number.isFinite(high) ? { low, high } : { low: coins, high: coins };
    return { panel: scheduling, kind, hours, coins, ...ends };
  });
}

function endsInWords(points: readonly Point[]): string {
  const end = Math.max(...points.map(({ hours }) => hours));
  const panels = Map.groupBy(
    points.filter(({ hours }) => hours === end),
    ({ panel }) => panel,
  );
  const words = [...panels].map(
    ([panel, own]) => `${panel}: ${own.map(({ kind, coins }) => `${kind} ${inWords(coins)}`).join(", ")}`,
  );
  return `After ${inWords(end)} hours, in coins, ${words.join("; ")}.`;
}

function spec(points: readonly Point[], title: string, subtitle: string, widthPx: number): TopLevelSpec {
  const kinds = [...new Set(points.map(({ kind }) => kind))];
  const looks = kindLooks(kinds);
  const namesPx = Math.max(...kinds.map((kind) => textWidthPx(kind, LABEL_FONT_PX)));
  const panelWidthPx = Math.floor(widthPx - namesPx - BESIDE_PANEL_PX);
  const atRightEdge = { value: panelWidthPx };
  const panels = Map.groupBy(points, ({ panel }) => panel);
  const colour = { field: "kind", scale: { domain: kinds, range: looks.map(({ colour }) => colour) }, legend: null };
  const dash = { field: "kind", scale: { domain: kinds, range: looks.map(({ dash }) => [...dash]) }, legend: null };
  const only = (role: string) => [{ filter: { field: "role", equal: role } }];
  const y = (field: string) => ({ field, type: "quantitative" as const });
  return {
    ...frame(title, subtitle, widthPx),
    spacing: 14,
    // Each panel has a scale of its own: what cheats lose in a race is far more than anybody earns elsewhere.
    vconcat: [...panels].map(([panel, own], i) => {
      const domain = paddedDomain(own);
      return {
        title: { text: panel, fontSize: 11.5, anchor: "start" as const, frame: "group" as const, offset: 6 },
        data: { values: [...linesFromZero(own), ...endRows(own, domain)] },
        width: panelWidthPx,
        height: PANEL_HEIGHT_PX,
        encoding: {
          x: {
            field: "hours",
            type: "quantitative" as const,
            axis: { title: i === panels.size - 1 ? "time (hours)" : null },
            scale: { nice: false },
          },
          y: {
            type: "quantitative" as const,
            axis: { title: "earned (coins a node)", format: "~g", tickCount: 5 },
            scale: { domain, nice: false },
          },
        },
        layer: [
          {
            transform: only("end"),
            mark: { type: "rule" as const, color: INK, strokeWidth: 1 },
            encoding: { x: { value: 0 }, x2: atRightEdge, y: y("zero") },
          },
          {
            transform: only("point"),
            mark: { type: "line" as const, strokeWidth: 1.75 },
            encoding: { y: y("coins"), color: colour, strokeDash: dash },
          },
          {
            transform: only("end"),
            mark: { type: "rule" as const, strokeWidth: 1.25 },
            encoding: { y: y("low"), y2: { field: "high" }, color: colour },
          },
          {
            transform: only("end"),
            mark: { type: "rule" as const, strokeWidth: 0.75, xOffset: 3, x2Offset: 15, color: "#9A9A9A" },
            encoding: { x: atRightEdge, x2: atRightEdge, y: y("coins"), y2: { field: "labelY" } },
          },
          {
            transform: only("end"),
            mark: { type: "text" as const, align: "left" as const, dx: 18, fontSize: LABEL_FONT_PX },
            encoding: { x: atRightEdge, y: y("labelY"), text: { field: "kind" }, color: colour },
          },
        ],
      };
    }),
  };
}

/** Everybody starts with nothing earned. */
function linesFromZero(points: readonly Point[]): object[] {
  const starts = [...Map.groupBy(points, ({ kind }) => kind).keys()].map((kind) => ({ kind, hours: 0, coins: 0 }));
  return [...starts, ...points].map((point) => ({ role: "point", ...point }));
}

/** Line ends with the places of their names. */
function endRows(points: readonly Point[], [low, high]: readonly [number, number]): object[] {
  const end = Math.max(...points.map(({ hours }) => hours));
  const ends = points.filter(({ hours }) => hours === end);
  // Places are worked out on a logarithmic axis; the powers of e make it this linear one.
  const toPower = (coins: number): number => Math.exp((coins - low) / (high - low));
  const places = placeEndLabels(
    ends.map(({ kind, coins }) => ({ series: kind, value: toPower(coins) })),
    { domain: [1, Math.E], heightPx: PANEL_HEIGHT_PX },
    LABEL_FONT_PX + 2.5,
  );
  const labelY = (kind: string): number => low + Math.log(places.get(kind)!) * (high - low);
  return ends.map((point) => ({ role: "end", ...point, zero: 0, labelY: labelY(point.kind) }));
}

/** Holds all lines, the bars at their ends, and zero. */
function paddedDomain(points: readonly Point[]): [number, number] {
  const end = Math.max(...points.map(({ hours }) => hours));
  const bars = points.filter(({ hours }) => hours === end).flatMap(({ low, high }) => [low, high]);
  const values = [0, ...points.map(({ coins }) => coins), ...bars];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const padding = Math.max(0.05 * (most - least), 1e-6);
  return [least - padding, most + padding];
}
