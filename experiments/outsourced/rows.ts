import { type Column, numberColumn, type TableOf, textColumn } from "../../src/lab/results/table.ts";

/** One combination of verifiers and outputs; or one completion got for nothing; or one timed hashing of a vocabulary. */
export interface OutsourcedRow {
  readonly measure: "verification" | "completion" | "hashing";
  readonly revision: string | null;
  readonly sybils: string | null;
  readonly output: string | null;
  readonly honestOutput: boolean | null;
  readonly share: number | null;
  readonly asked: number | null;
  readonly jobs: number | null;
  readonly accepted: number | null;
  readonly exactAcceptance: number | null;
  readonly chargesDismissed: number | null;
  readonly wronglySlashed: number | null;
  readonly messages: number | null;
  readonly bytes: number | null;
  readonly verifierTokens: number | null;
  readonly verifierJoules: number | null;
  readonly medianSeconds: number | null;
  readonly prompt: number | null;
  readonly tokensWanted: number | null;
  readonly tokensObtained: number | null;
  readonly tokensByInversion: number | null;
  readonly vocabulary: number | null;
  readonly hashes: number | null;
  readonly wallMs: number | null;
}

export const noNumbers = {
  revision: null,
  sybils: null,
  output: null,
  honestOutput: null,
  share: null,
  asked: null,
  jobs: null,
  accepted: null,
  exactAcceptance: null,
  chargesDismissed: null,
  wronglySlashed: null,
  messages: null,
  bytes: null,
  verifierTokens: null,
  verifierJoules: null,
  medianSeconds: null,
  prompt: null,
  tokensWanted: null,
  tokensObtained: null,
  tokensByInversion: null,
  vocabulary: null,
  hashes: null,
  wallMs: null,
} as const satisfies Omit<OutsourcedRow, "measure">;

export function outsourcedRowsTable(rows: readonly OutsourcedRow[]): TableOf<OutsourcedRow> {
  return {
    file: "rows.csv",
    caption: "Verifications by kind of verifiers, completions got for nothing",
    columns,
    rows,
  };
}

type Name = keyof OutsourcedRow;

const columns: readonly Column<Name>[] = [
  textColumn(
    "measure",
    "verification: jobs verified by neighbours; completion: tokens got for nothing; hashing: a vocabulary hashed, timed",
  ),
  textColumn("revision", "protocol revision"),
  textColumn("sybils", "what Sybil identities do"),
  textColumn("output", "what the node claims"),
  {
    name: "honestOutput",
    type: "boolean",
    unit: null,
    description: "whether the node did what was asked",
  },
  numberColumn("share", null, "of Sybil identities among the verifiers"),
  numberColumn("asked", null, "verifiers asked for each checked position"),
  numberColumn("jobs", null, "jobs verified"),
  numberColumn("accepted", null, "of them, accepted by the client"),
  numberColumn("exactAcceptance", null, "P(accept) worked out exactly, mean over the same jobs"),
  numberColumn("chargesDismissed", null, "charges that the miners' own test refuted"),
  numberColumn("wronglySlashed", null, "stakes lost by nodes that did what was asked"),
  numberColumn("messages", null, "between client and verifiers, of all jobs or of the completion"),
  numberColumn("bytes", "bytes", "of them"),
  numberColumn("verifierTokens", "tokens", "read by verifiers, of all jobs or for the completion"),
  numberColumn("verifierJoules", "joules", "energy of that; empty where a machine's power is not known"),
  numberColumn("medianSeconds", "seconds", "virtual time from the first question to the last answer, median"),
  numberColumn("prompt", null, "number of the prompt, from 0"),
  numberColumn("tokensWanted", "tokens", "of the honest completion"),
  numberColumn("tokensObtained", "tokens", "that the client got without paying anybody"),
  numberColumn("tokensByInversion", "tokens", "of them, looked up by their hash"),
  numberColumn("vocabulary", "tokens", "size of the vocabulary"),
  numberColumn("hashes", null, "SHA-256 worked out"),
  numberColumn(
    "wallMs",
    "milliseconds",
    "time of this machine: the only measured times here, and never the same twice",
  ),
];
