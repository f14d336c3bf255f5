import type { Figure } from "../../../src/lab/charts/figure.ts";
import { frame, NARROW_PX } from "../../../src/lab/charts/frame.ts";
import { COLOURS } from "../../../src/lab/charts/theme.ts";
import { inWords } from "../../../src/lab/format.ts";
import type { VerificationRow } from "../cells.ts";

const MEASURES = [
  { name: "messages a job", of: (row: VerificationRow) => row.messages! / row.jobs },
  { name: "kilobytes a job", of: (row: VerificationRow) => row.bytes! / row.jobs / 1000 },
  { name: "tokens read by verifiers a job", of: (row: VerificationRow) => row.verifierTokens! / row.jobs },
  { name: "seconds to the verdict (median)", of: (row: VerificationRow) => row.medianSeconds! },
] as const;

const REVISION_COLOURS = [COLOURS.vermilion, COLOURS.blue, COLOURS.green, COLOURS.black];

/** What a verification by neighbours takes, by how many are asked: honest outputs, no Sybil identities. */
export function costByAsked(rows: readonly VerificationRow[]): Figure {
  const own = cheapest(rows);
  const revisions = [...new Set(own.map(({ revision }) => revision))];
  const values = MEASURES.flatMap(({ name, of }) =>
    own.map((row) => ({
      measure: name,
      revision: row.revision,
      asked: row.asked,
      value: of(row),
      words: inWords(of(row)),
    })),
  );
  const title = "What verification by neighbours costs";
  return {
    name: "cost-by-asked",
    title,
    description: `${title}. ${MEASURES.map(
      ({ name }) =>
        `${name}: ${values
          .filter(({ measure }) => measure === name)
          .map(({ revision, asked, words }) => `${revision}, ${asked} asked ${words}`)
          .join("; ")}`,
    ).join(". ")}.`,
    spec: (widthPx) => ({
      ...frame(
        title,
        `${own[0]?.output ?? ""}, ${own[0]?.share === 0 ? "no Sybil identities" : "with Sybil identities"}; all checked positions of a job together. ` +
          "2026.1 commits first and opens then. Times and work from the hardware profile, not from this machine. No numbered claim (§2.5.3).",
        widthPx,
      ),
      data: { values },
      facet: { field: "measure", type: "nominal", sort: MEASURES.map(({ name }) => name) },
      columns: widthPx >= NARROW_PX ? 2 : 1,
      spacing: { row: 16, column: 28 },
      resolve: { scale: { y: "independent" } },
      spec: {
        width: widthPx >= NARROW_PX ? Math.floor((widthPx - 130) / 2) : widthPx - 70,
        height: 110,
        encoding: {
          x: { field: "asked", type: "ordinal", axis: { title: "verifiers asked for each position", labelAngle: 0 } },
          xOffset: { field: "revision", type: "nominal", sort: revisions },
        },
        layer: [
          {
            mark: { type: "bar" },
            encoding: {
              y: { field: "value", type: "quantitative", axis: { title: null, tickCount: 4 } },
              color: {
                field: "revision",
                type: "nominal",
                sort: revisions,
                scale: {
                  domain: revisions,
                  range: revisions.map((_, i) => REVISION_COLOURS[i % REVISION_COLOURS.length]!),
                },
                legend: { title: "revision", orient: "top", direction: "horizontal", titleOrient: "left" },
              },
            },
          },
          {
            mark: { type: "text", baseline: "bottom", dy: -2, fontSize: 8.5 },
            encoding: { y: { field: "value", type: "quantitative" }, text: { field: "words" } },
          },
        ],
      },
    }),
  };
}

/** One row for each revision and number asked: honest outputs at the smallest share, under the first kind of Sybils. */
function cheapest(rows: readonly VerificationRow[]): VerificationRow[] {
  const honest = rows.filter(({ honestOutput }) => honestOutput);
  const kept = honest.length > 0 ? honest : rows;
  const least = Math.min(...kept.map(({ share }) => share));
  const [first] = kept;
  return kept.filter(
    ({ share, sybils, output }) => share === least && sybils === first!.sybils && output === first!.output,
  );
}
