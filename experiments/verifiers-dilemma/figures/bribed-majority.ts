import type { Figure } from "../../../src/lab/charts/figure.ts";
import { frame } from "../../../src/lab/charts/frame.ts";
import { COLOURS } from "../../../src/lab/charts/theme.ts";
import { inWords, percent } from "../../../src/lab/format.ts";
import type { DilemmaRow } from "../rows.ts";

const ORDER = [COLOURS.vermilion, COLOURS.blue, COLOURS.green, COLOURS.purple, COLOURS.black, COLOURS.grey];

/** The chance that most of the verifiers asked are one party's, over its share of all identities. */
export function bribedMajority(rows: readonly DilemmaRow[]): Figure {
  const values = rows
    .filter(({ rule }) => rule === "bribed majority")
    .map(({ bribedShare, verifiersAsked, majorityBribed }) => ({
      share: bribedShare!,
      asked: `${verifiersAsked} asked`,
      count: verifiersAsked!,
      probability: majorityBribed!,
    }));
  const asked = [...new Set(values.toSorted((a, b) => a.count - b.count).map((value) => value.asked))];
  const identities = rows.find(({ rule }) => rule === "bribed majority")!.identities!;
  const title = "Who owns most of the verifiers that are asked";
  return {
    name: "bribed-majority",
    title,
    description: `${title}. ${values.map((value) => `${percent(value.share)} of identities, ${value.asked}: ${inWords(value.probability)}`).join("; ")}.`,
    spec: (widthPx) => ({
      ...frame(
        title,
        `Chance that a majority of the verifiers asked belongs to a party (Sybil identities, or bribes) that owns this share of ${identities}, drawn without replacement: hypergeometric, computed exactly. Claim "trustless" of §2.5.3.`,
        widthPx,
      ),
      data: { values },
      width: widthPx - 90,
      height: 240,
      encoding: {
        x: { field: "share", type: "quantitative", axis: { title: "share of identities", format: ".0%" } },
        y: {
          field: "probability",
          type: "quantitative",
          scale: { domain: [0, 1] },
          axis: { title: "P(majority)", format: ".0%", tickCount: 5 },
        },
        color: {
          field: "asked",
          type: "nominal",
          sort: asked,
          scale: { domain: asked, range: ORDER.slice(0, asked.length) },
          legend: { title: null, orient: "top", direction: "horizontal", labelFontSize: 10.5 },
        },
      },
      layer: [
        { mark: { type: "line", strokeWidth: 1.6 } },
        { mark: { type: "point", filled: true, size: 22, opacity: 1 } },
      ],
    }),
  };
}
