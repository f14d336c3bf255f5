import { numberColumn, type TableOf, textColumn } from "../results/table.ts";
import type { JoinedRuns } from "./joined.ts";

interface MachineVerdictRecord {
  readonly kind: string;
  readonly claim: string;
  readonly subject: string;
  readonly machine: string;
  readonly verdict: string;
  readonly number: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly what: string | null;
  readonly obtained: string | null;
  readonly sentence: string;
  readonly run: string;
}

/** Every claim on every machine, a row each. */
export function verdictsByMachineTable(joined: readonly JoinedRuns[]): TableOf<MachineVerdictRecord> {
  return {
    file: "by-machine.csv",
    caption: "What the claims come to on each machine",
    columns: [
      textColumn("kind", "kind of experiment"),
      textColumn("claim", "number of the claim"),
      textColumn("subject", "on what: model or sampling"),
      textColumn("machine", "the hardware, as figures call it"),
      textColumn("verdict", "holds, partly, fails or not decided"),
      numberColumn("number", null, "the number that says most; `what` has its unit"),
      numberColumn("low", null, "lower end of its 95 % interval; empty where it is exact"),
      numberColumn("high", null, "upper end of its 95 % interval"),
      textColumn("what", "what the number is"),
      textColumn("obtained", "measured, computed exactly or modelled"),
      textColumn("sentence", "the verdict in words"),
      textColumn("run", "the run's folder, seen from this one"),
    ],
    rows: joined.flatMap(({ kind, verdicts }) =>
      verdicts.map(({ claim, subject, machine, verdict, number, obtained, sentence, run }) => ({
        kind,
        claim,
        subject,
        machine,
        verdict,
        number: number?.value ?? null,
        low: number?.low ?? null,
        high: number?.high ?? null,
        what: number?.what ?? null,
        obtained: obtained ?? null,
        sentence,
        run,
      })),
    ),
  };
}
