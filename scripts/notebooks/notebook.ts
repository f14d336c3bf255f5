/** Notebooks (nbformat 4): their code cells as one program, and what each cell showed as its outputs. */
import { spawnSync } from "node:child_process";
import { readFileSync, rmSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";

export type CellOutput =
  | { readonly output_type: "stream"; readonly name: "stdout"; readonly text: readonly string[] }
  | {
      readonly output_type: "display_data";
      readonly data: { readonly "image/svg+xml": readonly string[] };
      readonly metadata: Record<string, never>;
    };

interface CodeCell {
  readonly cell_type: "code";
  readonly source: string | readonly string[];
  outputs: readonly CellOutput[];
  execution_count: number | null;
}

export interface Notebook {
  readonly cells: readonly (CodeCell | { readonly cell_type: "markdown" })[];
}

/** One line on the program's own channel: which cell showed what. */
interface Shown {
  readonly cell: number;
  readonly text?: string;
  readonly svg?: string;
}

/** Throws Error, in one line that names the file, for one that is no notebook. */
export function readNotebook(file: string): Notebook {
  let notebook: Partial<Notebook>;
  try {
    notebook = JSON.parse(readFileSync(file, "utf8")) as Partial<Notebook>;
  } catch (error) {
    throw new Error(`${file}: expected a notebook (${(error as Error).message.split("\n")[0]})`);
  }
  if (!Array.isArray(notebook?.cells)) throw new Error(`${file}: expected a notebook, with a list of cells`);
  return notebook as Notebook;
}

/** As Jupyter writes it: one space a level, a line feed at the end. */
export function notebookText(notebook: Notebook): string {
  return `${JSON.stringify(notebook, null, 1)}\n`;
}

/**
 * Runs all code cells in order, as one module in the notebook's own folder, under this Node: neither Python nor Jupyter is needed.
 * Returns the notebook with what its cells showed. Throws Error with the program's complaint when a cell fails.
 */
export function executed(file: string, notebook: Notebook): Notebook {
  const cells = notebook.cells.filter((cell) => cell.cell_type === "code");
  const program = join(dirname(file), `.${basename(file, ".ipynb")}.${process.pid}.mts`);
  writeFileSync(
    program,
    `${PRELUDE}${cells.map(({ source }, i) => `cell = ${i};\n${[source].flat().join("")}\n`).join("")}`,
  );
  try {
    const { status, stdout, stderr } = spawnSync(process.execPath, [program], { encoding: "utf8" });
    if (status !== 0) throw new Error(`${file}: ${stderr || `exit code ${status}`}`);
    const shown = stdout.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Shown]));
    let count = 0;
    return {
      ...notebook,
      cells: notebook.cells.map((cell) => {
        if (cell.cell_type !== "code") return cell;
        const outputs = outputsOf(shown.filter((each) => each.cell === count));
        return { ...cell, execution_count: ++count, outputs };
      }),
    };
  } finally {
    rmSync(program, { force: true });
  }
}

/** Imports are moved to the top of a module by the language itself, so they may stand in any cell. */
const PRELUDE = `import { format as camelidFormat } from "node:util";
let cell = 0;
const show = (what) => process.stdout.write(JSON.stringify({ cell, ...what }) + "\\n");
console.log = (...all) => show({ text: camelidFormat(...all) + "\\n" });
globalThis.camelidNotebookShow = (svg) => show({ svg });
`;

/** Neighbouring lines are one output. */
function outputsOf(shown: readonly Shown[]): CellOutput[] {
  const outputs: CellOutput[] = [];
  let lines: string[] = [];
  const flush = () => {
    if (lines.length > 0) outputs.push({ output_type: "stream", name: "stdout", text: lines });
    lines = [];
  };
  for (const { text, svg } of shown) {
    if (text !== undefined) lines.push(...text.split(/(?<=\n)/));
    if (svg === undefined) continue;
    flush();
    outputs.push({ output_type: "display_data", data: { "image/svg+xml": svg.split(/(?<=\n)/) }, metadata: {} });
  }
  flush();
  return outputs;
}
