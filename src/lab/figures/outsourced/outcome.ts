import { askedOf, claimNoFreeComputation, claimTrustless } from "../../claims/outsourced.ts";
import type { ClaimVerdict } from "../../claims/verdict.ts";
import type { Digest, ExperimentOutcome } from "../../results/outcome.ts";
import type { Column } from "../../results/table.ts";
import { acceptanceBySybils } from "./acceptance-by-sybils.ts";
import { simulated, type VerificationRow, verifications } from "./cells.ts";
import { costByAsked } from "./cost-by-asked.ts";
import { type OutsourcedRow, outsourcedRowsTable } from "./measurement.ts";

/** What the rows of an experiment of kind `outsourced` say: verdicts on both claims, two figures, the rows, tables to read. */
export function outsourcedOutcome(rows: readonly OutsourcedRow[]): ExperimentOutcome {
  const own = verifications(rows);
  return {
    title: "Verification by neighbours: Sybil identities and free computation",
    verdicts: outsourcedVerdicts(rows),
    figures: own.length === 0 ? [] : [acceptanceBySybils(own), costByAsked(own)],
    tables: [outsourcedRowsTable(rows)],
    digests: [
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

const text = (name: string, description: string): Column => ({ name, type: "text", unit: null, description });
const number = (name: string, unit: string | null, description: string): Column => ({
  name,
  type: "number",
  unit,
  description,
});
const percent = (share: number): number => Number((100 * share).toPrecision(4));

/** For one number of verifiers asked; the file has all. */
function acceptanceOf(name: string, all: readonly VerificationRow[]): Digest {
  const shown = askedOf(all);
  const rows = all.filter(({ asked }) => asked === shown);
  return {
    caption: `${name}, ${shown} asked for each position: outputs accepted, simulated and exact`,
    columns: [
      text("output", "what the node claims"),
      number("Sybils", "percent", "share among the verifiers"),
      number("jobs", null, "verified"),
      number("accepted", "percent", "simulated"),
      number("low", "percent", "of its 95 % interval"),
      number("high", "percent", "of its 95 % interval"),
      number("exact", "percent", "P(accept), mean over the same jobs"),
      number("slashed", null, "stakes of honest nodes lost"),
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

function completionsOf(rows: readonly OutsourcedRow[]): Digest {
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
      text("revision", "protocol revision"),
      number("completions", null, "tried, one for each prompt"),
      number("wanted", "tokens", "of honest completions"),
      number("obtained", "tokens", "for nothing"),
      number("by hash", "tokens", "of them, looked up by their hash"),
      number("messages", null, "for each token"),
      number("read", "tokens", "by verifiers, for each token"),
      text("hashing", "vocabulary and time, measured"),
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
