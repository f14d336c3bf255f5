import type { TopLevelSpec } from "vega-lite";
import { inWords } from "../../claims/verdict.ts";
import { placeEndLabels } from "../end-labels.ts";
import type { Figure } from "../figure.ts";
import { textWidthPx } from "../fonts.ts";
import { INK, wrapText } from "../theme.ts";
import { kindLooks } from "./look.ts";
import type { NetworkRow } from "./measurement.ts";
import { meanOverRuns } from "./over-runs.ts";

interface Point {
  readonly panel: string;
  readonly kind: string;
  readonly hours: number;
  readonly coins: number;
  readonly low: number;
  readonly high: number;
}

const PANEL_HEIGHT_PX = 170;
const LABEL_FONT_PX = 10.5;
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
        `Coins a node: settled rewards less slashed stakes and fees, mean of ${runs} ${runs === 1 ? "run" : "runs"}` +
          `${runs > 1 ? "; bands: 95 % intervals of the mean" : ""}. Payments settle in blocks, at least ten minutes after the job.`,
        widthPx,
      ),
  };
}

function earnings(rows: readonly NetworkRow[]): Point[] {
  const nodes = rows.filter(({ party, members }) => party === "node" && members > 0);
  const cells = Map.groupBy(nodes, ({ scheduling, kind, hours }) => `${scheduling}/${kind}/${hours}`);
  return [...cells.values()].map((cell) => {
    const { scheduling, kind, hours } = cell[0]!;
    const { value, low, high } = meanOverRuns(cell.map(({ earnedCoins, members }) => earnedCoins! / members));
    const known = Number.isFinite(low);
    return { panel: scheduling, kind, hours, coins: value, low: known ? low : value, high: known ? high : value };
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
  const domain = paddedDomain(points);
  const starts = [...Map.groupBy(points, ({ panel, kind }) => `${panel}/${kind}`).values()].map(([first]) => ({
    ...first!,
    hours: 0,
    coins: 0,
    low: 0,
    high: 0,
  }));
  const colour = {
    field: "kind",
    scale: { domain: kinds, range: looks.map(({ colour }) => colour) },
    legend: null,
  };
  const dash = { field: "kind", scale: { domain: kinds, range: looks.map(({ dash }) => [...dash]) }, legend: null };
  const only = (role: string) => [{ filter: { field: "role", equal: role } }];
  const y = (field: string) => ({ field, type: "quantitative" as const });
  return {
    $schema: "https://vega.github.io/schema/vega-lite/v6.json",
    title: {
      text: wrapText(title, widthPx - 16, 14, true),
      subtitle: wrapText(subtitle, widthPx - 16, LABEL_FONT_PX),
    },
    data: {
      values: [...[...starts, ...points].map((point) => ({ role: "point", ...point })), ...endRows(points, domain)],
    },
    facet: { field: "panel", type: "nominal", sort: [...new Set(points.map(({ panel }) => panel))] },
    columns: 1,
    spacing: 18,
    spec: {
      width: panelWidthPx,
      height: PANEL_HEIGHT_PX,
      encoding: {
        x: { field: "hours", type: "quantitative", axis: { title: "hours" }, scale: { nice: false } },
        y: { type: "quantitative", axis: { title: "coins a node", format: "~g" }, scale: { domain, nice: false } },
      },
      layer: [
        {
          transform: only("point"),
          mark: { type: "area", opacity: 0.13 },
          encoding: { y: y("low"), y2: { field: "high" }, color: colour },
        },
        {
          transform: only("zero"),
          mark: { type: "rule", color: INK, strokeWidth: 1 },
          encoding: { x: { value: 0 }, x2: atRightEdge, y: y("coins") },
        },
        {
          transform: only("point"),
          mark: { type: "line", strokeWidth: 1.75 },
          encoding: { y: y("coins"), color: colour, strokeDash: dash },
        },
        {
          transform: only("end"),
          mark: { type: "rule", strokeWidth: 0.75, xOffset: 3, x2Offset: 15, color: "#9A9A9A" },
          encoding: { x: atRightEdge, x2: atRightEdge, y: y("coins"), y2: { field: "labelY" } },
        },
        {
          transform: only("end"),
          mark: { type: "text", align: "left", dx: 18, fontSize: LABEL_FONT_PX },
          encoding: { x: atRightEdge, y: y("labelY"), text: { field: "kind" }, color: colour },
        },
      ],
    },
  };
}

/** Line ends with the places of their names, and the line of zero, in every panel. */
function endRows(points: readonly Point[], [low, high]: readonly [number, number]): object[] {
  const end = Math.max(...points.map(({ hours }) => hours));
  const panels = Map.groupBy(
    points.filter(({ hours }) => hours === end),
    ({ panel }) => panel,
  );
  return [...panels].flatMap(([panel, own]) => {
    // Places are worked out on a logarithmic axis; the powers of e make it this linear one.
    const toPower = (coins: number): number => Math.exp((coins - low) / (high - low));
    const places = placeEndLabels(
      own.map(({ kind, coins }) => ({ series: kind, value: toPower(coins) })),
      { domain: [1, Math.E], heightPx: PANEL_HEIGHT_PX },
      LABEL_FONT_PX + 2.5,
    );
    const labelY = (kind: string): number => low + Math.log(places.get(kind)!) * (high - low);
    return [
      ...own.map(({ kind, coins }) => ({ role: "end", panel, kind, coins, labelY: labelY(kind) })),
      { role: "zero", panel, coins: 0 },
    ];
  });
}

function paddedDomain(points: readonly Point[]): [number, number] {
  const values = [0, ...points.flatMap(({ low, high }) => [low, high])];
  const [least, most] = [Math.min(...values), Math.max(...values)];
  const padding = Math.max(0.05 * (most - least), 1e-6);
  return [least - padding, most + padding];
}
