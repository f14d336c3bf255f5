import type { ExperimentMetrics } from "../../src/lab/compare/metric.ts";
import { caseNumber, type Measure, only, valuesOfParts } from "../../src/lab/compare/parts.ts";
import { fromCsv } from "../../src/lab/results/table.ts";
import { type OutsourcedRow, outsourcedRowsTable } from "./rows.ts";

/** Follows from the jobs, which share all random numbers on both sides. */
const exact = { deterministic: true } as const;
const carried = { relative: 0.02 };

/** Of one share of Sybil identities and one number of verifiers asked, all jobs together. */
const ofVerification: readonly Measure<OutsourcedRow>[] = [
  {
    ...exact,
    name: "acceptance",
    unit: null,
    description: "P(accept) worked out exactly, mean over the jobs",
    margin: {},
    of: only(({ exactAcceptance }) => exactAcceptance),
  },
  {
    ...exact,
    name: "wronglySlashed",
    unit: null,
    description: "stakes lost by nodes that did what was asked",
    margin: {},
    of: only(({ wronglySlashed }) => wronglySlashed),
  },
  {
    ...exact,
    name: "bytesPerJob",
    unit: "bytes",
    description: "between client and verifiers",
    margin: carried,
    of: only(({ bytes, jobs }) => perJob(bytes, jobs)),
  },
  {
    ...exact,
    name: "verifierTokensPerJob",
    unit: "tokens",
    description: "read by verifiers",
    margin: carried,
    of: only(({ verifierTokens, jobs }) => perJob(verifierTokens, jobs)),
  },
];

/** Of one prompt. */
const ofCompletion: readonly Measure<OutsourcedRow>[] = [
  {
    name: "obtainedShare",
    unit: null,
    description: "share of the completion's tokens that a client gets without paying anybody",
    margin: { absolute: 0.02 },
    of: only(({ tokensObtained, tokensWanted }) => perJob(tokensObtained, tokensWanted)),
  },
];

/**
 * By Sybil identities and output, and of completions got for nothing; the revision is named where there are several, so that two single ones
 * can be compared. The timed hashing of vocabularies is no rule's doing and is left out.
 */
export const outsourcedMetrics: ExperimentMetrics = {
  replication: "case",
  metrics: [...ofVerification, ...ofCompletion],
  valuesOf: (rowsCsv) => {
    const rows = fromCsv<OutsourcedRow>(rowsCsv, outsourcedRowsTable([]));
    const several = new Set(rows.map(({ revision }) => revision)).size > 1;
    const named = (revision: string | null, part: string) => (several ? `${revision}/${part}` : part);
    const of = (measure: OutsourcedRow["measure"]) => rows.filter((row) => row.measure === measure);
    return [
      ...valuesOfParts(of("verification"), ofVerification, {
        part: ({ revision, sybils, output }) => named(revision, `${sybils}/${output}`),
        replication: ({ share, asked }) => caseNumber(share, asked),
      }),
      ...valuesOfParts(of("completion"), ofCompletion, {
        part: ({ revision }) => named(revision, "completion"),
        replication: ({ prompt }) => prompt!,
      }),
    ];
  },
};

function perJob(count: number | null, jobs: number | null): number | null {
  return count === null || !jobs ? null : count / jobs;
}
