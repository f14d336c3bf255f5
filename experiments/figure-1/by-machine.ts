import { type JoinedRuns, joinedRun, type MachineVerdict } from "../../src/lab/by-machine/joined.ts";
import { readable, runsByMachine } from "../../src/lab/by-machine/runs-by-machine.ts";
import type { FoundRun } from "../../src/lab/results/list-runs.ts";
import type { Manifest } from "../../src/lab/results/manifest.ts";
import { Streams } from "../../src/sim/streams.ts";
import { betweenInWords, betweenMachines, betweenMachinesTable } from "./between-machines.ts";
import { claimC1 } from "./claims/c1-growth.ts";
import { claimC3 } from "./claims/c3-break-even.ts";
import { claimC4 } from "./claims/c4-concurrency.ts";
import { claimC11 } from "./claims/c11-determinism.ts";
import { ratioByMachine } from "./figures/ratio-by-machine.ts";
import { type MachineTimes, timeByMachine } from "./figures/time-by-machine.ts";
import { type Figure1Row, figure1RowTable, isAlone } from "./rows.ts";
import type { Figure1Settings } from "./settings.ts";
import { summarizeFigure1 } from "./summary.ts";

/** One model on one machine: everything of it comes from one run. */
interface Part {
  readonly machine: string;
  readonly root: string;
  readonly model: string;
  readonly folder: string;
  readonly manifest: Manifest;
  readonly rows: readonly Figure1Row[];
}

/** Times of the same models, weights and all, on different hardware: C1, C3, C4 and C11. */
export function joinFigure1(found: readonly FoundRun[]): JoinedRuns {
  const { machines, excluded } = runsByMachine(found, "figure-1", circumstances);
  const damaged: string[] = [];
  const parts = machines.flatMap(({ name, runs }) => partsOf(name, runs, damaged));
  const models = [...Map.groupBy(parts, ({ root }) => root).values()];
  const shared = models.filter((own) => own.length > 1);
  const alone = models.filter((own) => own.length === 1).map(([part]) => part!);
  if (shared.length === 0)
    return {
      kind: "figure-1",
      machines: [],
      figures: [],
      verdicts: [],
      excluded: [...excluded, ...damaged, ...aloneInWords(alone)],
    };
  const titles = shared.map((own) => {
    const { model, root } = own[0]!;
    const namesakes = shared.filter(([other]) => other!.model === model).length;
    return namesakes === 1 ? model : `${model}, root ${root.slice(0, 8)}`;
  });
  const times = shared.flatMap((own, i): MachineTimes[] =>
    own.flatMap((part) => summaryOf(part).map((summary) => ({ ...summary, machine: part.machine, panel: titles[i]! }))),
  );
  const taken = machines
    .filter(({ name }) => parts.some(({ machine }) => machine === name))
    .map(({ name, machine, runs }) => ({
      name,
      description: machine.description,
      runs: runs
        .filter(({ folder }) => parts.some((part) => part.machine === name && part.folder === folder))
        .map(({ folder, manifest }) => joinedRun(folder, manifest)),
    }));
  const between = shared.flatMap((own, i) =>
    betweenMachines(
      titles[i]!,
      own.map(({ machine, manifest, rows }) => ({ machine, seed: manifest.experiment.seed, rows })),
    ),
  );
  return {
    kind: "figure-1",
    machines: taken,
    figures: [ratioByMachine(times), timeByMachine(times)],
    verdicts: parts.flatMap(verdictsOf),
    pairs: { table: betweenMachinesTable(between), sentences: betweenInWords(between) },
    excluded: [...excluded, ...damaged, ...aloneInWords(alone)],
  };
}

/** What times and agreement depend on besides hardware, model and length. */
function circumstances({ experiment, numerics }: Manifest): object {
  const { sampling, checkBudget, prompts } = experiment.resolved as Figure1Settings;
  const { engineRelease, threads, flashAttention, kvCacheType, decodeShape } = (numerics ?? {}) as Record<
    string,
    unknown
  >;
  const promptTokens = prompts.tokens;
  return {
    sampling,
    checkBudget,
    promptTokens,
    llamaCpp: engineRelease,
    threads,
    flashAttention,
    kvCacheType,
    decodeShape,
  };
}

/** Every model that the machine measured, each from the run with most measurements that has it. */
function partsOf(machine: string, runs: readonly FoundRun[], damaged: string[]): Part[] {
  const parts = new Map<string, Part>();
  const rowsOf = (csv: string) => figure1RowTable.read(csv);
  for (const { folder, manifest, rows } of readable(runs, rowsOf, damaged))
    for (const { name: model, root } of manifest.models) {
      const own = rows.filter((row) => row.model === model);
      if (own.length > 0 && !parts.has(root)) parts.set(root, { machine, root, model, folder, manifest, rows: own });
    }
  return [...parts.values()];
}

function summaryOf({ rows, manifest }: Part) {
  const streams = new Streams(manifest.experiment.seed);
  return summarizeFigure1(rows, (name) => streams.fresh(`statistics/${name}`));
}

/** As this version of the program judges them, whichever made the run. */
function verdictsOf(part: Part): MachineVerdict[] {
  const { machine, model, folder, rows } = part;
  const summary = summaryOf(part);
  const alone = rows.filter(isAlone);
  return [claimC1(summary, model), claimC3(summary, model), claimC4(alone, model), claimC11(alone, model)].map(
    (verdict) => ({ ...verdict, machine, run: folder }),
  );
}

function aloneInWords(parts: readonly Part[]): string[] {
  return parts.map(({ model, machine }) => `${model}: in no joined figure, for it was measured on ${machine} alone`);
}
