/** A worker whose cells do what their input says: give rows, fail, or die. */
import { appendFileSync, existsSync, writeFileSync } from "node:fs";
import { type Experiment, ExperimentFileError } from "../../../src/lab/experiment/file.ts";
import type { Cell, CellPlan, OpenWorker } from "../../../src/lab/runner/cells.ts";

export interface Deed {
  readonly does:
    | "give"
    | "throw"
    | "exit"
    | "fill-memory"
    | "wait"
    | "compute"
    | "refuse"
    | "write"
    | "warn"
    | "overwrite"
    | "fail-once";
  /** A file that is written to, or tells how often the cell was tried. */
  readonly file?: string;
}

export interface MadeUpRow {
  readonly cell: string;
  readonly value: number;
  readonly pid: number;
}

export const openWorker: OpenWorker<Deed, MadeUpRow, { readonly opened?: string }> = async (experiment, { signal }) => {
  const { opened } = experiment.settings;
  if (opened !== undefined) appendFileSync(opened, `${process.pid}\n`);
  return {
    run: async ({ key, input: { does, file } }, context) => {
      if (does === "throw") throw new TypeError(`${key} cannot be`);
      if (does === "refuse") throw new ExperimentFileError(["models/x.gguf: no such file"]);
      if (does === "exit") process.exit(7);
      if (does === "fill-memory") fillMemory();
      if (does === "wait") {
        if (file !== undefined) writeFileSync(context.file(file), "half");
        await new Promise((_, reject) => signal.addEventListener("abort", () => reject(signal.reason)));
      }
      if (does === "compute") for (;;);
      if (does === "warn") process.emitWarning(`${key} was damaged`, "CamelidProblem");
      if (does === "write") writeFileSync(context.file(file!), `log of ${context.name}\n`);
      if (does === "overwrite") writeFileSync(file!, "other weights");
      if (does === "fail-once" && !existsSync(file!)) {
        writeFileSync(file!, "");
        writeFileSync(context.file("half.log"), "half");
        throw new Error("not yet");
      }
      return [{ cell: key, value: key.length / 3, pid: process.pid }];
    },
    close: async () => {},
  };
};

export function planOf(
  cells: Readonly<Record<string, Deed>>,
  models: NonNullable<CellPlan<Deed>["models"]> = [],
): CellPlan<Deed> {
  return {
    models,
    cells: Object.entries(cells).map(([key, input]): Cell<Deed> => ({ key, input })),
    module: new URL("./made-up-cells.ts", import.meta.url),
    identity: {},
  };
}

export function madeUpExperiment(settings: Experiment["settings"] = {}): Experiment {
  return {
    name: "made-up",
    kind: "network",
    question: "What becomes of cells?",
    claims: [],
    seed: "1",
    reproduce: { order: 100 },
    settings,
    given: { file: "made-up.yaml", text: "", preset: null, overrides: [] },
  };
}

function fillMemory(): never {
  const kept: number[][] = [];
  for (;;) kept.push(new Array(1000).fill(kept.length));
}
