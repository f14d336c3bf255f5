import type { Column, TableOf } from "../../results/table.ts";

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
const text = (name: Name, description: string): Column<Name> => ({ name, type: "text", unit: null, description });
const number = (name: Name, unit: string | null, description: string): Column<Name> => ({
  name,
  type: "number",
  unit,
  description,
});

const columns: readonly Column<Name>[] = [
  text(
    "measure",
    "verification: jobs verified by neighbours; completion: tokens got for nothing; hashing: a vocabulary hashed, timed",
  ),
  text("revision", "protocol revision"),
  text("sybils", "what Sybil identities do"),
  text("output", "what the node claims"),
  {
    name: "honestOutput",
    type: "boolean",
    unit: null,
    description: "whether the node did what was asked",
  },
  number("share", null, "of Sybil identities among the verifiers"),
  number("asked", null, "verifiers asked for each checked position"),
  number("jobs", null, "jobs verified"),
  number("accepted", null, "of them, accepted by the client"),
  number("exactAcceptance", null, "P(accept) worked out exactly, mean over the same jobs"),
  number("chargesDismissed", null, "charges that the miners' own test refuted"),
  number("wronglySlashed", null, "stakes lost by nodes that did what was asked"),
  number("messages", null, "between client and verifiers, of all jobs or of the completion"),
  number("bytes", "bytes", "of them"),
  number("verifierTokens", "tokens", "read by verifiers, of all jobs or for the completion"),
  number("verifierJoules", "joules", "energy of that; empty where a machine's power is not known"),
  number("medianSeconds", "seconds", "virtual time from the first question to the last answer, median"),
  number("prompt", null, "number of the prompt, from 0"),
  number("tokensWanted", "tokens", "of the honest completion"),
  number("tokensObtained", "tokens", "that the client got without paying anybody"),
  number("tokensByInversion", "tokens", "of them, looked up by their hash"),
  number("vocabulary", "tokens", "size of the vocabulary"),
  number("hashes", null, "SHA-256 worked out"),
  number("wallMs", "milliseconds", "time of this machine: the only measured times here, and never the same twice"),
];
