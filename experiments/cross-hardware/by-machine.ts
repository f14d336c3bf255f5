import {
  type JoinedMachine,
  type JoinedRuns,
  joinedRun,
  type MachineVerdict,
} from "../../src/lab/by-machine/joined.ts";
import { readable, runsByMachine } from "../../src/lab/by-machine/runs-by-machine.ts";
import type { FoundRun } from "../../src/lab/results/list-runs.ts";
import type { Manifest } from "../../src/lab/results/manifest.ts";
import { Streams } from "../../src/sim/streams.ts";
import { claimC11Variations } from "../attack/false-rejects/c11-variations.ts";
import { summarizeVariations, type VariationSummary } from "../attack/false-rejects/variations.ts";
import { attackRowsOf } from "../attack/rows.ts";
import { pairLabel } from "./cells.ts";
import { flipsByMachine, type MachineVariation, rejectsByMachine } from "./figures/flips-by-machine.ts";
import type { CrossHardwareSettings, CrossMachine } from "./settings.ts";

/** Honest outputs that one processor writes and another reads, on each machine that tried it: C11. */
export function joinCrossHardware(found: readonly FoundRun[]): JoinedRuns {
  const { machines, excluded } = runsByMachine(found, "cross-hardware", circumstances);
  const damaged: string[] = [];
  const shown: JoinedMachine[] = [];
  const variations: (MachineVariation & { readonly identity: string })[] = [];
  const verdicts: MachineVerdict[] = [];
  for (const { name, machine, runs } of machines)
    for (const { folder, manifest, rows } of readable(runs, attackRowsOf, damaged)) {
      const pairs = pairsInWords(manifest);
      const summary = summarizeVariations(rows, new Streams(manifest.experiment.seed)).map(
        (each): VariationSummary => ({ ...each, strategy: pairs.get(each.strategy) ?? each.strategy }),
      );
      const samplings = samplingsOf(manifest);
      shown.push({ name, description: machine.description, runs: [joinedRun(folder, manifest)] });
      variations.push(...summary.map((each) => ({ ...each, machine: name, identity: samplings.get(each.sampling)! })));
      for (const sampling of samplings.keys())
        verdicts.push({ ...claimC11Variations(summary, sampling), machine: name, run: folder });
      break;
    }
  const bySampling = [...Map.groupBy(variations, ({ identity }) => identity).values()];
  const common = bySampling.filter((own) => machinesIn(own) > 1).flat();
  const alone = bySampling.filter((own) => machinesIn(own) === 1);
  const lines = [
    ...excluded,
    ...damaged,
    ...alone.map(([one]) => `${one!.sampling}: in no joined figure, for it was tried on ${one!.machine} alone`),
  ];
  if (common.length === 0)
    return {
      kind: "cross-hardware",
      machines: [],
      figures: [],
      verdicts: [],
      excluded: machines.length < 2 ? excluded : lines,
    };
  return {
    kind: "cross-hardware",
    machines: shown,
    figures: [flipsByMachine(common), rejectsByMachine(common)],
    verdicts,
    excluded: lines,
  };
}

/** What agreement depends on besides hardware and sampling. */
function circumstances({ experiment, models }: Manifest): object {
  const { tokenLimit, prompts } = experiment.resolved as CrossHardwareSettings;
  return { target: models[0]?.root, tokenLimit, prompts: prompts.file };
}

/** How tokens are picked, by the name of the sampling: how many seeds and how much detail do not matter. */
function samplingsOf({ experiment }: Manifest): Map<string, string> {
  const { samplings } = experiment.resolved as CrossHardwareSettings;
  return new Map(samplings.map(({ seeds: _, detail: __, ...picked }) => [picked.name, JSON.stringify(picked)]));
}

/**
 * Labels of pairs by what computed, in place of what the settings call it, so that pairs of several machines can be told apart. Names stay
 * where the manifest describes nobody, or two of them are the same hardware.
 */
function pairsInWords({ experiment, numerics }: Manifest): Map<string, string> {
  const { machines } = experiment.resolved as CrossHardwareSettings;
  const engines = ((numerics ?? {}) as { machines?: Readonly<Record<string, Engine>> }).machines ?? {};
  const words = machines.map((machine) => machineInWords(machine, engines[machine.name]));
  const distinct = new Set(words).size === words.length;
  const called = (i: number) => (distinct ? words[i]! : machines[i]!.name);
  return new Map(
    machines.flatMap((generator, i) =>
      machines.map(
        (verifier, j) => [pairLabel(generator.name, verifier.name), pairLabel(called(i), called(j))] as const,
      ),
    ),
  );
}

interface Engine {
  readonly cpuKernels: string;
  readonly gpuDevices: readonly string[];
}

function machineInWords({ name, gpu = "off", cpuKernels }: CrossMachine, engine: Engine | undefined): string {
  if (gpu !== "off") return engine?.gpuDevices[0] ?? name;
  return cpuKernels ?? engine?.cpuKernels ?? name;
}

function machinesIn(variations: readonly MachineVariation[]): number {
  return new Set(variations.map(({ machine }) => machine)).size;
}
