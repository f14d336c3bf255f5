import type { ExperimentReport, SummaryTable } from "../../../src/lab/results/experiment-report.ts";
import { numberColumn } from "../../../src/lab/results/table.ts";
import { Streams } from "../../../src/sim/streams.ts";
import { nothingJudged } from "../nothing-judged.ts";
import { type AttackRow, attackRowsTable } from "../rows.ts";
import { splitDigest } from "../split.ts";
import { acceptanceTable, summarizeAcceptance } from "../summary.ts";
import { claimC11Variations } from "./c11-variations.ts";
import { flipsByVariation } from "./flips.ts";
import { marginsOfFlips } from "./margins.ts";
import { rejectionMatrix } from "./matrix.ts";
import { summarizeVariations, type VariationSummary, variationTable } from "./variations.ts";

/** What honest claims say about false rejects: a verdict on C11 for each sampling, flips, margins, the matrix. */
export function analyseFalseReject(rows: readonly AttackRow[], seed: string): ExperimentReport {
  const title = "False rejects: honest work on other settings, under every verification scheme";
  if (!rows.some(({ split }) => split === "evaluation")) return nothingJudged(title, rows);
  const streams = new Streams(seed);
  const summary = summarizeAcceptance(rows, streams);
  const variations = summarizeVariations(rows, streams);
  const samplings = [...new Set(variations.map(({ sampling }) => sampling))];
  return {
    title,
    verdicts: samplings.map((sampling) => claimC11Variations(variations, sampling)),
    figures: [rejectionMatrix(summary), flipsByVariation(variations), marginsOfFlips(rows)].filter(
      (figure) => figure !== null,
    ),
    tables: [attackRowsTable(rows), acceptanceTable(summary), variationTable(variations)],
    summaries: [...samplings.map((sampling) => variationDigest(variations, sampling)), splitDigest(rows)],
  };
}

function variationDigest(summary: readonly VariationSummary[], sampling: string): SummaryTable {
  return {
    caption: `Honest variations, ${sampling}; exact means no flip was seen, and the bounds say what that is worth (95 %). Measured`,
    columns: [
      { name: "node", type: "text", unit: null, description: "in what it differs from the verifier" },
      numberColumn("outputs", null, "judged"),
      numberColumn("positions", null, "judged"),
      numberColumn("flips", null, "positions with another token than the verifier's"),
      numberColumn("per 1000", null, "flips in a thousand positions"),
      numberColumn("from", null, "lower end"),
      numberColumn("to", null, "upper end"),
      numberColumn("differing", "%", "outputs with a flip"),
      numberColumn("at most", "%", "upper end of that share"),
      numberColumn("widest margin", "logits", "of a flip"),
      { name: "exact", type: "text", unit: null, description: "whether no flip was seen" },
    ],
    rows: summary
      .filter((each) => each.sampling === sampling)
      .map((each) => ({
        node: each.strategy,
        outputs: each.outputs,
        positions: each.positions,
        flips: each.flips,
        "per 1000": each.flipsPerThousand,
        from: each.flipsPerThousandLow,
        to: each.flipsPerThousandHigh,
        differing: 100 * each.differingShare,
        "at most": 100 * each.differingHigh,
        "widest margin": each.largestMargin,
        exact: each.flips === 0 ? `under ${each.positionsBound!.toExponential(1)} of positions` : "no",
      })),
  };
}
