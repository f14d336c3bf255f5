import type { ClaimVerdict } from "../../src/lab/claims/verdict.ts";
import type { ExperimentReport, SummaryTable } from "../../src/lab/results/experiment-report.ts";
import { numberColumn, textColumn } from "../../src/lab/results/table.ts";
import { simulated, type VerificationRow, verifications } from "./cells.ts";
import { askedOf, claimNoFreeComputation, claimTrustless } from "./claims.ts";
import { acceptanceBySybils } from "./figures/acceptance-by-sybils.ts";
import { costByAsked } from "./figures/cost-by-asked.ts";
import { type OutsourcedRow, outsourcedRowsTable } from "./rows.ts";

/** What the rows of an experiment of kind `outsourced` say: verdicts on both claims, two figures, the rows, tables to read. */
export function analyseOutsourced(rows: readonly OutsourcedRow[]): ExperimentReport {
  const own = verifications(rows);
  return {
    title: "Verification by neighbours: Sybil identities and free computation",
    verdicts: outsourcedVerdicts(rows),
    figures: own.length === 0 ? [] : [acceptanceBySybils(own), costByAsked(own)],
    tables: [outsourcedRowsTable(rows)],
    summaries: [
      completionsOf(rows),
      ...[...Map.groupBy(own, ({ revision, sybils }) => `${revision}, Sybils that ${sybils}`)].map(([name, group]) =>
        acceptanceOf(name, group),
      ),
    ],
  };
}

export function outsourcedVerdicts(rows: readonly OutsourcedRow[]): ClaimVerdict[] {
  const revisions = [...new Set(rows.flatMap(({ revision }) => revision ?? []))];
  return [
    ...revisions.map((revision) => claimTrustless(rows, revision)),
    ...revisions.map((revision) => claimNoFreeComputation(rows, revision)),
  ];
}

const percent = (share: number): number => Number((100 * share).toPrecision(4));

/** For one number of verifiers asked; the file has all. */
function acceptanceOf(name: string, all: readonly VerificationRow[]): SummaryTable {
  const shown = askedOf(all);
  const rows = all.filter(({ asked }) => asked === shown);
  return {
    caption: `${name}, ${shown} asked for each position: outputs accepted, simulated and exact`,
    columns: [
      textColumn("output", "what the node claims"),
      numberColumn("Sybils", "percent", "share among the verifiers"),
      numberColumn("jobs", null, "verified"),
      numberColumn("accepted", "percent", "simulated"),
      numberColumn("low", "percent", "of its 95 % interval"),
      numberColumn("high", "percent", "of its 95 % interval"),
      numberColumn("exact", "percent", "P(accept), mean over the same jobs"),
      numberColumn("slashed", null, "stakes of honest nodes lost"),
    ],
    rows: rows.map((row) => {
      const { value, low, high } = simulated(row);
      return {
        output: row.output,
        Sybils: percent(row.share),
        jobs: row.jobs,
        accepted: percent(value),
        low: percent(low),
        high: percent(high),
        exact: percent(row.exactAcceptance),
        slashed: row.wronglySlashed,
      };
    }),
  };
}

function completionsOf(rows: readonly OutsourcedRow[]): SummaryTable {
  const completions = Map.groupBy(
    rows.filter(({ measure }) => measure === "completion"),
    ({ revision }) => revision!,
  );
  const timed = rows.filter(({ measure }) => measure === "hashing");
  const sum = (own: readonly OutsourcedRow[], of: (row: OutsourcedRow) => number | null) =>
    own.reduce((total, row) => total + (of(row) ?? 0), 0);
  return {
    caption: "Completions got from verifiers without a job or a payment; hashing times are measured on this machine",
    columns: [
      textColumn("revision", "protocol revision"),
      numberColumn("completions", null, "tried, one for each prompt"),
      numberColumn("wanted", "tokens", "of honest completions"),
      numberColumn("obtained", "tokens", "for nothing"),
      numberColumn("by hash", "tokens", "of them, looked up by their hash"),
      numberColumn("messages", null, "for each token"),
      numberColumn("read", "tokens", "by verifiers, for each token"),
      textColumn("hashing", "vocabulary and time, measured"),
    ],
    rows: [...completions].map(([revision, own]) => {
      const obtained = Math.max(
        1,
        sum(own, (row) => row.tokensObtained),
      );
      return {
        revision,
        completions: own.length,
        wanted: sum(own, (row) => row.tokensWanted),
        obtained: sum(own, (row) => row.tokensObtained),
        "by hash": sum(own, (row) => row.tokensByInversion),
        messages: Number((sum(own, (row) => row.messages) / obtained).toPrecision(3)),
        read: Number((sum(own, (row) => row.verifierTokens) / obtained).toPrecision(3)),
        hashing: timed
          .filter((row) => row.revision === revision)
          .map(({ vocabulary, wallMs }) => `${vocabulary}: ${wallMs!.toPrecision(3)} ms`)
          .join(", "),
      };
    }),
  };
}
