import type { Figure } from "../../../src/lab/charts/figure.ts";
import { textWidthPx } from "../../../src/lab/charts/fonts.ts";
import { frame } from "../../../src/lab/charts/frame.ts";
import { COLOURS, INK } from "../../../src/lab/charts/theme.ts";
import { type DisputeSummary, shareInWords, wrongs } from "../summary.ts";

const WRONG_LABELS = {
  innocentLoses: ["innocent", "loses"],
  innocentUnpaid: ["work", "unpaid"],
  guiltyGains: ["guilty", "gains"],
} as const;

const CHARGE_LABELS: Readonly<Record<string, string>> = {
  unpaid: "no payment",
  "invalid-output": "invalid output",
  "no-output": "no output",
};

const HEADING = "Charge:";
const GAP_PX = 12;

/** Each row of the dispute table by who is honest, under each reading of the rules: how often the outcome is wrong. */
export function wrongfulRulings(summaries: readonly DisputeSummary[]): Figure {
  const title = "Disputes that end wrong";
  const cells = cellsOf(summaries);
  return {
    name: "wrongness",
    title,
    description: `${title}. ${inSentences(summaries)}`,
    spec: (widthPx) => {
      const rows = rowsOf(summaries);
      const readings = [...new Set(summaries.map(({ reading }) => reading))];
      const beside = widthPx >= 560;
      const labelPx = Math.max(...rows.map((row) => textWidthPx(row, 10.5, true)));
      const columns = wrongs.length * (beside ? readings.length : 1);
      const cellPx = Math.floor((widthPx - labelPx - 24 - (beside ? GAP_PX * (readings.length - 1) : 0)) / columns);
      const panels = readings.map((reading, i) =>
        heatMap(
          reading,
          cells.filter((cell) => cell.reading === reading),
          rows,
          cellPx,
          i === 0 || !beside,
        ),
      );
      return {
        ...frame(title, subtitle(summaries), widthPx),
        spacing: GAP_PX,
        ...(beside ? { hconcat: panels } : { vconcat: panels }),
      };
    },
  };
}

function heatMap(
  reading: string,
  cells: ReturnType<typeof cellsOf>,
  rows: readonly string[],
  cellPx: number,
  labelled: boolean,
) {
  const bold = {
    condition: { test: `indexof(datum.value, '${HEADING}') === 0`, value: "bold" as const },
    value: "normal" as const,
  };
  return {
    title: { text: reading, fontSize: 11, anchor: "start" as const, frame: "group" as const, offset: 8 },
    data: { values: cells },
    width: cellPx * wrongs.length,
    height: { step: 18 },
    encoding: {
      y: {
        field: "row",
        type: "nominal" as const,
        scale: { domain: [...rows] },
        axis: labelled
          ? { title: null, ticks: false, domain: false, labelLimit: 300, labelPadding: 6, labelFontWeight: bold }
          : null,
      },
      x: {
        field: "wrong",
        type: "nominal" as const,
        sort: wrongs.map((wrong) => WRONG_LABELS[wrong].join(" ")),
        axis: {
          title: null,
          orient: "top" as const,
          ticks: false,
          domain: false,
          labelAngle: 0,
          labelFontSize: 10,
          labelExpr: "split(datum.label, ' ')",
        },
      },
    },
    layer: [
      {
        mark: { type: "rect" as const, stroke: "white", strokeWidth: 1.5 },
        encoding: {
          color: {
            field: "share",
            type: "quantitative" as const,
            scale: { domain: [0, 1], range: ["#F2F2F2", COLOURS.vermilion] },
            legend: null,
          },
        },
      },
      {
        mark: { type: "text" as const, fontSize: 10 },
        encoding: {
          text: { field: "words" },
          color: { condition: { test: "datum.share > 0.6", value: "white" }, value: INK },
        },
      },
    ],
  };
}

/** Scenarios in their order, each charge's under a heading. */
function rowsOf(summaries: readonly DisputeSummary[]): string[] {
  const charges = Map.groupBy(summaries, ({ charge }) => charge);
  return [...charges].flatMap(([charge, own]) => [
    `${HEADING} ${CHARGE_LABELS[charge] ?? charge}`,
    ...new Set(own.map(rowLabel)),
  ]);
}

function cellsOf(summaries: readonly DisputeSummary[]) {
  return summaries.flatMap((summary) =>
    wrongs.map((wrong) => ({
      reading: summary.reading,
      row: rowLabel(summary),
      wrong: WRONG_LABELS[wrong].join(" "),
      share: summary.wrong[wrong].value,
      words: shareInWords(summary.wrong[wrong]),
    })),
  );
}

/** "H/D  client never pays": accuser honest, accused dishonest. */
export function rowLabel({ label, accuserHonest, accusedHonest }: DisputeSummary): string {
  return `${label}  ${accuserHonest ? "H" : "D"}/${accusedHonest ? "H" : "D"}`;
}

function subtitle(summaries: readonly DisputeSummary[]): string {
  const most = Math.max(...summaries.map(({ jobs }) => jobs));
  return (
    `Share of ${most} jobs on real outputs, each with a prompt and a network of its own. H/D: accuser honest, accused dishonest. ` +
    "Innocent loses: stake, pay for an output that was read, or money for no valid output. Work unpaid: a valid output that nobody reads or pays for. " +
    "“<”: never seen, 95 % bound. No numbered claim: the dispute table of §2.4."
  );
}

function inSentences(summaries: readonly DisputeSummary[]): string {
  const readings = Map.groupBy(summaries, ({ reading }) => reading);
  return [...readings]
    .map(([reading, own]) => {
      const wrong = own.flatMap((summary) =>
        (["innocentLoses", "guiltyGains"] as const)
          .filter((one) => summary.wrong[one].events > 0)
          .map((one) => `${summary.label}: ${WRONG_LABELS[one].join(" ")} in ${shareInWords(summary.wrong[one])}`),
      );
      return `${reading}: ${wrong.length === 0 ? "no wrong outcome seen" : wrong.join("; ")}.`;
    })
    .join(" ");
}
