/** Which strategies and schemes an attack experiment's words stand for: today's, or those of the day of a run that is computed again. */
import { type StandardStrategy, standardStrategies } from "../../src/actors/strategies/standard.ts";
import type { WrittenRun } from "../../src/lab/experiment/define.ts";
import { type Experiment, ExperimentFileError, type ResolvedLists } from "../../src/lab/experiment/file.ts";
import { fromCsv } from "../../src/lab/results/table.ts";
import type { Scheme } from "../../src/protocol/schemes/scheme.ts";
import { standardSchemesByName } from "../../src/protocol/schemes/schemes.ts";
import { type Split, schemesInColumns } from "./rows.ts";
import { type AttackSettings, everyCheat, everyHonestVariation } from "./settings.ts";

export type AttackExperiment = Pick<Experiment<AttackSettings>, "settings" | "lists">;

const strategiesByLabel: ReadonlyMap<string, StandardStrategy> = new Map(
  standardStrategies.map((strategy) => [strategy.label, strategy]),
);

/** Who answers the jobs of one sampling, in the order of the list. Throws ExperimentFileError for a strategy that is no more. */
export function strategiesOf(
  { settings, lists }: AttackExperiment,
  sampling: number,
  split: Split,
): StandardStrategy[] {
  const { leaveOut } = settings.samplings[sampling]!;
  const wanted = split === "evaluation" ? settings.strategies : settings.calibrateOn;
  return listed("strategy", strategiesByLabel, lists?.["strategies"]).filter(
    (strategy) => named(wanted, strategy) && !named(leaveOut, strategy),
  );
}

/** What every output is held against. Throws ExperimentFileError for a scheme that is no more. */
export function schemesOf({ lists }: Pick<AttackExperiment, "lists">): Scheme[] {
  return listed("scheme", standardSchemesByName, lists?.["schemes"]);
}

/** Labels of the strategies that a run uses under any of its samplings, and names of its schemes: for its journal and its manifest. */
export function attackLists(experiment: AttackExperiment): {
  readonly strategies: string[];
  readonly schemes: string[];
} {
  const used = new Set(
    experiment.settings.samplings.flatMap((_, sampling) =>
      (["calibration", "evaluation"] as const).flatMap((split) => strategiesOf(experiment, sampling, split)),
    ),
  );
  const all = listed("strategy", strategiesByLabel, experiment.lists?.["strategies"]);
  return {
    strategies: all.filter((strategy) => used.has(strategy)).map(({ label }) => label),
    schemes: schemesOf(experiment).map(({ name }) => name),
  };
}

/**
 * Of a run whose manifest keeps none: its schemes are columns of its rows, its strategies those that the rows name, or where rows are not
 * kept, `summary`: a table with every strategy that was judged.
 */
export function listsOfWrittenRun({ manifest, read }: WrittenRun, summary?: string): ResolvedLists {
  const { tables, experiment } = manifest;
  const inColumns = schemesInColumns((tables["rows.csv"] ?? []).map(({ name }) => name));
  const schemes = inColumns.length > 0 ? { schemes: inColumns } : {};
  const file = ["rows.csv", ...(summary ? [summary] : [])].find((name) => read(name) !== undefined && tables[name]);
  if (file === undefined) return schemes;
  const rows = fromCsv<{ readonly strategy: string }>(read(file)!, {
    file,
    caption: "",
    columns: tables[file] as never,
  });
  const { calibrateOn } = experiment.resolved as Pick<AttackSettings, "calibrateOn">;
  const seen = new Set([...calibrateOn, ...rows.map(({ strategy }) => strategy)]);
  // In today's order; one that is no more comes last, to be refused by name.
  return {
    ...schemes,
    strategies: [...new Set([...strategiesByLabel.keys(), ...seen])].filter((label) => seen.has(label)),
  };
}

function named(choices: readonly string[], { label, kind }: StandardStrategy): boolean {
  return choices.includes(label) || choices.includes(kind === "cheat" ? everyCheat : everyHonestVariation);
}

/** All of today's, or those of a run's list. */
function listed<Item>(what: string, today: ReadonlyMap<string, Item>, names: readonly string[] | undefined): Item[] {
  if (names === undefined) return [...today.values()];
  return names.map((name) => {
    const found = today.get(name);
    if (found === undefined)
      throw new ExperimentFileError([
        `${what} '${name}': the run used it, and this version of Camelid has none of that name`,
      ]);
    return found;
  });
}
