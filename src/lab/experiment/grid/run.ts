import type { Sweep } from "../../runner/sweep.ts";
import type { ExperimentKind, FinishedExperiment, RunEnvironment } from "../define.ts";
import { combinationName } from "../factors.ts";
import type { Combination, Experiment, ResolvedLists } from "../file.ts";
import { gridReport } from "./analyse.ts";
import type { GridPart } from "./part.ts";

/**
 * Runs an experiment once for each combination of its factors, all on the experiment's seed and so on common random numbers. The cells of
 * all combinations share the workers; a kind that measures times runs one combination after the other.
 */
export async function runGrid(
  experiment: Experiment,
  combinations: readonly Combination[],
  kind: ExperimentKind,
  environment: RunEnvironment & { readonly sweep: Sweep },
): Promise<FinishedExperiment> {
  const names = combinations.map(({ values }) => combinationName(values));
  const runners = environment.sweep.parts(names, { factors: combinations.map(({ values }) => values) });
  const runOne = (i: number, own: RunEnvironment): Promise<FinishedExperiment> => {
    const { combinations: _, ...rest } = experiment;
    return kind.run({ ...rest, settings: combinations[i]!.settings }, { ...own, sweep: runners[i]! });
  };
  const results: FinishedExperiment[] = [];
  if (kind.measuresTime) {
    let done = 0;
    for (const [i, name] of names.entries()) {
      let total = 0;
      const { onProgress } = environment;
      const inPart: RunEnvironment["onProgress"] = (at) => {
        total = at.total;
        const left = (names.length - i) * at.total; // the others are about as large
        onProgress({
          ...at,
          done: done + at.done,
          total: at.total === 0 ? 0 : done + left,
          doing: `${name}: ${at.doing}`,
        });
      };
      results.push(await runOne(i, { ...environment, onProgress: inPart }));
      done += total;
    }
  } else {
    results.push(...(await Promise.all(names.map((_, i) => runOne(i, environment)))));
  }
  // Of a partial run, combinations without any row have nothing to say.
  const parts = results.flatMap(({ report }, i): GridPart[] => {
    const rows = report.tables[0]!;
    return rows.rows.length === 0 ? [] : [{ values: combinations[i]!.values, rows }];
  });
  return {
    report: gridReport(parts, kind.metrics, results[0]!.report.verdicts),
    facts: { ...results[0]!.facts, ...listsOfAll(results) },
    consoleSummary: [`${combinations.length} combinations of ${Object.keys(combinations[0]!.values).join(", ")}`],
    discardJournal: () => {
      for (const { discardJournal } of results) discardJournal();
    },
  };
}

/** What the combinations used, all together. */
function listsOfAll(results: readonly FinishedExperiment[]): { readonly lists?: ResolvedLists } {
  const all: Record<string, readonly string[]> = {};
  for (const { facts } of results)
    for (const [of, names] of Object.entries(facts.lists ?? {})) all[of] = [...new Set([...(all[of] ?? []), ...names])];
  return Object.keys(all).length === 0 ? {} : { lists: all };
}
