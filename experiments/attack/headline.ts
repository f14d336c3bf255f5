import type { ExperimentOutcome } from "../../src/lab/results/outcome.ts";

/** The verdicts, a line each. */
export function verdictLines({ verdicts }: ExperimentOutcome): string[] {
  return verdicts.map(({ claim, subject, verdict, sentence }) => `${claim} ${verdict} (${subject}): ${sentence}`);
}

/** What the best schemes catch on average: the first rows of the digest, by share detected. */
export function detectionHeadline({ digests }: ExperimentOutcome): string[] {
  const rows = (digests[0]?.rows ?? []) as {
    scheme: string;
    detected: number;
    "false rejects": number;
    read: number;
  }[];
  return rows
    .toSorted((a, b) => b.detected - a.detected)
    .slice(0, 8)
    .map(
      (row) =>
        `${row.scheme}: rejects ${(100 * row.detected).toFixed(1)} % of cheated outputs and ${(100 * row["false rejects"]).toFixed(1)} % of honest ones, ` +
        `reading ${Math.round(row.read)} tokens a verdict`,
    );
}
