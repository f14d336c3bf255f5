import {
  type Column,
  fromCsv,
  numberColumn,
  type Table,
  textColumn,
  truthColumn,
} from "../../src/lab/results/table.ts";

export type Split = "calibration" | "evaluation";

/** One claimed output, what became of it under every scheme, and what it cost the node. */
export interface AttackRow {
  readonly sampling: string;
  readonly split: Split;
  readonly strategy: string;
  readonly kind: "cheat" | "honest-variation";
  readonly prompt: number;
  readonly repeat: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly ended: boolean;
  readonly falseOnItsFace: boolean;
  readonly consistent: number;
  readonly sameAsHonest: number | null;
  readonly firstAltered: number | null;
  readonly consistentAfter: number | null;
  readonly prefillTokens: number;
  readonly decodeTokens: number;
  readonly workMs: number;
  readonly workJoules: number | null;
  /** Margins of the inconsistent positions of an honest output, in logits. */
  readonly flipMargins: readonly number[];
  /** P(accept) by direct scheme; null where the scheme could not judge. */
  readonly accept: Readonly<Record<string, number | null>>;
  /** By statistic scheme; null where the evidence did not hold what it needs. */
  readonly scores: Readonly<Record<string, number | null>>;
}

type Fixed = Exclude<keyof AttackRow, "accept" | "scores">;

const fixedColumns: readonly Column<Fixed>[] = [
  textColumn("sampling", "how tokens were picked, as the experiment file names it"),
  textColumn("split", "evaluation, or calibration: only sets thresholds"),
  textColumn("strategy", "how the job was answered"),
  textColumn("kind", "cheat or honest-variation"),
  numberColumn("prompt", null, "line of the prompt file, from 1"),
  numberColumn("repeat", null, "number of the seed, from 1"),
  numberColumn("promptTokens", "tokens", "A, length of the input"),
  numberColumn("outputTokens", "tokens", "B, length of the claimed output"),
  truthColumn(
    "ended",
    "whether the claim's last token ends the text; otherwise it stops at the token limit or was cut off",
  ),
  truthColumn("falseOnItsFace", "whether the claim's own tokens show it false, so that every scheme rejects it unseen"),
  numberColumn("consistent", "positions", "output positions whose token is F(claimed prefix)"),
  numberColumn("sameAsHonest", "positions", "output positions with the token that the honest node put there"),
  numberColumn(
    "firstAltered",
    null,
    "first output position, from 0, chosen against the running model's advice; empty for none",
  ),
  numberColumn("consistentAfter", "positions", "consistent positions behind it"),
  numberColumn("prefillTokens", "tokens", "model work of the node: tokens read many at a time, all models together"),
  numberColumn("decodeTokens", "tokens", "model work of the node: tokens generated one at a time, all models together"),
  numberColumn(
    "workMs",
    "milliseconds",
    "time of that work on the experiment's hardware, without the fixed cost of a request",
  ),
  numberColumn("workJoules", "joules", "energy of that work on the experiment's hardware"),
  textColumn("flipMargins", "margins of an honest output's inconsistent positions in logits, separated by blanks"),
];

/** Numbers beyond counts are rounded to six significant digits. */
export function attackRowsTable(rows: readonly AttackRow[]): Table {
  const [first] = rows;
  return {
    file: "rows.csv",
    caption: "Every claimed output under every scheme",
    columns: [
      ...fixedColumns,
      ...Object.keys(first?.accept ?? {}).map(acceptColumn),
      ...Object.keys(first?.scores ?? {}).map(scoreColumn),
    ],
    rows: rows.map(({ accept, scores, flipMargins, prompt, repeat, ...row }) => ({
      ...row,
      prompt: prompt + 1,
      repeat: repeat + 1,
      flipMargins: flipMargins.join(" "),
      ...prefixed("P", accept),
      ...prefixed("score", scores),
    })),
  };
}

/** Reads back what `attackRowsTable` holds, whatever schemes it is about. Throws TableError. */
export function attackRowsOf(csv: string): AttackRow[] {
  const header = csv.slice(0, csv.indexOf("\n")).split(",");
  const schemes = (kind: string) => header.flatMap((name) => inBrackets(kind, name) ?? []);
  const columns = [...fixedColumns, ...schemes("P").map(acceptColumn), ...schemes("score").map(scoreColumn)];
  const flat = fromCsv<Record<string, never>>(csv, { file: "rows.csv", caption: "", columns });
  return flat.map((row) => {
    const fixed = Object.fromEntries(fixedColumns.map(({ name }) => [name, row[name]])) as unknown as AttackRow;
    const margins = (row["flipMargins"] as string | undefined) ?? "";
    return {
      ...fixed,
      prompt: fixed.prompt - 1,
      repeat: fixed.repeat - 1,
      flipMargins: margins === "" ? [] : margins.split(" ").map(Number),
      accept: Object.fromEntries(schemes("P").map((name) => [name, row[`P(${name})`]!])),
      scores: Object.fromEntries(schemes("score").map((name) => [name, row[`score(${name})`]!])),
    };
  });
}

/** Names of the schemes that columns of rows.csv are about, in their order. */
export function schemesInColumns(columns: readonly string[]): string[] {
  return columns.flatMap((name) => inBrackets("P", name) ?? inBrackets("score", name) ?? []);
}

function acceptColumn(scheme: string): Column {
  return { name: `P(${scheme})`, type: "number", unit: null, description: `probability that ${scheme} accepts, exact` };
}

function scoreColumn(scheme: string): Column {
  return { name: `score(${scheme})`, type: "number", unit: null, description: `mean score under ${scheme}` };
}

function prefixed(kind: string, values: Readonly<Record<string, number | null>>): Record<string, number | null> {
  return Object.fromEntries(Object.entries(values).map(([scheme, value]) => [`${kind}(${scheme})`, value]));
}

function inBrackets(kind: string, name: string): string | undefined {
  return name.startsWith(`${kind}(`) && name.endsWith(")") ? name.slice(kind.length + 1, -1) : undefined;
}
