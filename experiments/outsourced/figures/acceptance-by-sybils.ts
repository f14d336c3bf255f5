import type { Figure } from "../../../src/lab/charts/figure.ts";
import { frame } from "../../../src/lab/charts/frame.ts";
import { COLOURS, wrapText } from "../../../src/lab/charts/theme.ts";
import { percent } from "../../../src/lab/format.ts";
import { simulated, type VerificationRow } from "../cells.ts";

const ASKED_COLOURS = [COLOURS.vermilion, COLOURS.purple, COLOURS.blue, COLOURS.green, COLOURS.black, COLOURS.grey];

/** P(output accepted) by the share of Sybil identities: exact as lines, simulated as dots with intervals. */
export function acceptanceBySybils(rows: readonly VerificationRow[]): Figure {
  const title = "What Sybil identities among the verifiers do to acceptance";
  const panels = panelsOf(rows);
  const revisions = [...new Set(rows.map(({ revision }) => revision))];
  const asked = [...new Set(rows.map((row) => row.asked))].sort((a, b) => a - b);
  const values = panels.flatMap(({ name, rows: own }) => own.map((row) => pointOf(name, row)));
  return {
    name: "acceptance-by-sybils",
    title,
    description: `${title}. ${inSentences(panels)}`,
    spec: (widthPx) => {
      const panelPx = Math.floor((widthPx - 96) / revisions.length) - 14;
      return {
        ...frame(
          title,
          "Lines: exact (hypergeometric, over drawn positions and verifiers). Dots: simulated, with 95 % intervals. Colours: verifiers asked for each " +
            'position, whose majority counts. Claim "trustless" (§2.5.3).',
          widthPx,
        ),
        spacing: 14,
        vconcat: panels.map(({ name }, i) => ({
          title: {
            text: wrapText(name, widthPx - 60, 11.5, true),
            fontSize: 11.5,
            anchor: "start" as const,
            offset: i === 0 ? 18 : 6,
          },
          data: { values: values.filter(({ panel }) => panel === name) },
          facet: {
            column: {
              field: "revision",
              type: "nominal" as const,
              sort: revisions,
              header: i === 0 ? { title: null, labelFontSize: 10.5 } : { title: null, labels: false },
            },
          },
          spacing: 14,
          spec: {
            width: panelPx,
            height: 120,
            encoding: {
              x: {
                field: "share",
                type: "quantitative" as const,
                axis: {
                  title: i === panels.length - 1 ? "Sybil share of the verifiers" : null,
                  format: ".0%",
                  tickCount: 6,
                },
                scale: { nice: false },
              },
              y: {
                type: "quantitative" as const,
                axis: { title: "share accepted", format: ".0%", tickCount: 4 },
                scale: { domain: [0, 1] },
              },
              color: {
                field: "asked",
                type: "nominal" as const,
                sort: asked.map(String),
                scale: {
                  domain: asked.map(String),
                  range: asked.map((_, k) => ASKED_COLOURS[k % ASKED_COLOURS.length]!),
                },
                legend:
                  i === 0
                    ? {
                        title: "verifiers asked",
                        orient: "top" as const,
                        direction: "horizontal" as const,
                        titleOrient: "left" as const,
                      }
                    : null,
              },
            },
            layer: [
              { mark: { type: "line" as const, strokeWidth: 1.5 }, encoding: { y: { field: "exact" } } },
              {
                mark: { type: "rule" as const, strokeWidth: 1, opacity: 0.6 },
                encoding: { y: { field: "low" }, y2: { field: "high" }, x: { field: "shifted" } },
              },
              {
                mark: { type: "point" as const, filled: true, size: 16, opacity: 0.9 },
                encoding: { y: { field: "simulated" }, x: { field: "shifted" } },
              },
            ],
          },
        })),
        resolve: { scale: { color: "independent" } },
      };
    },
  };

  function pointOf(panel: string, row: VerificationRow) {
    const { value, low, high } = simulated(row);
    // Dots of one share stand side by side.
    const shift = 0.006 * (asked.indexOf(row.asked) - (asked.length - 1) / 2);
    return {
      panel,
      revision: `revision ${row.revision}`,
      share: row.share,
      shifted: Math.max(0, row.share + shift),
      asked: String(row.asked),
      exact: row.exactAcceptance,
      simulated: value,
      low,
      high,
    };
  }
}

interface Panel {
  readonly name: string;
  readonly rows: readonly VerificationRow[];
}

const DOING: Readonly<Record<string, string>> = {
  echo: "Sybils echo what they are sent",
  collude: "Sybils collude with the node",
  deny: "Sybils deny every output",
};

/** A cheat where Sybils echo or collude, an honest output where they deny or echo: the first of each kind in the file. */
function panelsOf(rows: readonly VerificationRow[]): Panel[] {
  const panels = [...Map.groupBy(rows, ({ sybils, output }) => `${sybils}/${output}`).values()].map((own) => ({
    name: `${own[0]!.output}: ${DOING[own[0]!.sybils] ?? own[0]!.sybils}`,
    sybils: own[0]!.sybils,
    honest: own[0]!.honestOutput,
    rows: own,
  }));
  const first = (sybils: string, honest: boolean) =>
    panels.find((panel) => panel.sybils === sybils && panel.honest === honest);
  return [first("echo", false), first("collude", false), first("deny", true), first("echo", true)].filter(
    (panel) => panel !== undefined,
  );
}

function inSentences(panels: readonly Panel[]): string {
  return panels
    .map(({ name, rows }) => {
      const most = Math.max(...rows.map(({ share }) => share));
      const words = rows
        .filter(({ share }) => share === most)
        .map((row) => `${row.revision}, ${row.asked} asked ${percent(row.exactAcceptance)}`);
      return `${name}, accepted at a Sybil share of ${Math.round(100 * most)} %: ${words.join("; ")}.`;
    })
    .join(" ");
}
