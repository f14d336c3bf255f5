/** The reference runs of the attack experiments, as their files say. */
import { globSync, readFileSync } from "node:fs";
import { read } from "vega";

export interface Run {
  readonly folder: string;
  readonly manifest: {
    readonly machine: { readonly cpu: string };
    readonly experiment: {
      readonly resolved: {
        readonly tokenLimit: number;
        readonly prompts: { readonly evaluation: number; readonly calibration: number };
        readonly samplings: readonly { readonly name: string }[];
      };
    };
  };
}

/** A table's row: numbers as numbers, empty cells as null. */
export type Row = Readonly<Record<string, string | number | null>>;

/** The newest complete run of an experiment under results/reference. */
export function referenceRun(experiment: string): Run {
  const manifests = globSync(`results/reference/${experiment}/*/manifest.json`).toSorted();
  const path = manifests.at(-1);
  if (path === undefined) throw new Error(`results/reference/${experiment}: no run`);
  return { folder: path.slice(0, -"/manifest.json".length), manifest: JSON.parse(readFileSync(path, "utf8")) };
}

export function table({ folder }: Run, file: string): Row[] {
  const rows = read(readFileSync(`${folder}/${file}`, "utf8"), { type: "csv" }) as Record<string, string>[];
  return rows.map((row) =>
    Object.fromEntries(
      Object.entries(row).map(([name, cell]) => [
        name,
        cell === "" ? null : Number.isFinite(Number(cell)) ? Number(cell) : cell,
      ]),
    ),
  );
}
