import { resolve } from "node:path";
import { generation } from "../../src/actors/compute-usage.ts";
import { Backend } from "../../src/inference/backend.ts";
import { referenceNumerics } from "../../src/inference/numerics.ts";
import { MachineProcess } from "../../src/inference/other-machines/machine-process.ts";
import type { ClaimToScore, ContextOrder } from "../../src/inference/other-machines/messages.ts";
import type { Evidence, Transcript, TranscriptJob } from "../../src/inference/transcript.ts";
import type { OpenWorker } from "../../src/lab/runner/cells.ts";
import { attackPrompts, type JobsOfPrompts, jobSeed } from "../attack/cells.ts";
import { attackRow } from "../attack/judge.ts";
import { schemesOf } from "../attack/lists.ts";
import type { AttackRow } from "../attack/rows.ts";
import { hardwareOf } from "../shared/hardware.ts";
import { modelsOf, type NamedModel, PROMPT_MARGIN_TOKENS } from "../shared/transcripts.ts";
import { pairLabel, pairsOf } from "./cells.ts";
import type { CrossHardwareSettings, CrossMachine } from "./settings.ts";

/** Every machine is a process of its own beside this one. */
export const openWorker: OpenWorker<JobsOfPrompts, AttackRow, CrossHardwareSettings> = async (
  experiment,
  { signal },
) => {
  const { settings } = experiment;
  const texts = attackPrompts(settings);
  const models = await modelsOf(settings, signal);
  const target = models[0]!;
  const hardware = hardwareOf(settings.hardware, models);
  const schemes = schemesOf(experiment);
  const { vocabulary, promptTokens } = await vocabularyOf(target, texts);
  const machines = new Map<string, Promise<MachineProcess>>();
  const processOf = (machine: CrossMachine): Promise<MachineProcess> => {
    const opened = machines.get(machine.name) ?? MachineProcess.open(machine);
    machines.set(machine.name, opened);
    return opened;
  };
  const contextOn = ({ gpu = "off", gpuLayers = 0 }: CrossMachine, sequences: number): ContextOrder => ({
    modelPath: resolve(target.path),
    modelRoot: target.root,
    contextTokens: PROMPT_MARGIN_TOKENS + settings.tokenLimit,
    sequences,
    numerics: { ...referenceNumerics, gpu, gpuLayers },
  });

  return {
    run: async ({ input: { sampling: number, split, prompts } }) => {
      const { name, seeds, detail, ...sampling } = settings.samplings[number]!;
      const { tokenLimit, sequences } = settings;
      const posed = prompts.flatMap((prompt) =>
        Array.from({ length: seeds }, (_, repeat) => ({
          prompt,
          repeat,
          job: {
            modelRoot: target.root,
            promptTokens: promptTokens[prompt]!,
            tokenLimit,
            sampling,
            seed: jobSeed(experiment.seed, prompt, repeat),
          } satisfies TranscriptJob,
        })),
      );
      const jobs = posed.map(({ job }) => job);
      const pairs = pairsOf(settings.machines, split);
      const outputs = new Map<string, number[][]>();
      for (const [generator] of pairs) {
        if (outputs.has(generator.name)) continue;
        const process = await processOf(generator);
        const made = await process.continueOutputs(contextOn(generator, sequences), jobs, { signal });
        outputs.set(generator.name, made);
      }
      const rows: AttackRow[] = [];
      for (const [generator, verifier] of pairs) {
        const own = outputs.get(generator.name)!;
        const claims = own.map((outputTokens, i): ClaimToScore => ({ job: jobs[i]!, outputTokens, detail }));
        const evidence = await (await processOf(verifier)).scoreClaims(contextOn(verifier, 1), claims, signal);
        const label = pairLabel(generator.name, verifier.name);
        const transcriptOf = async (
          i: number,
          outputTokens: readonly number[],
          scored: Evidence,
        ): Promise<Transcript> => ({
          identity: {
            job: jobs[i]!,
            strategy: { name: "honest", revision: 1, parameters: {}, modelRoots: { target: target.root } },
            generatedBy: { engine: (await processOf(generator)).engine, numerics: contextOn(generator, 1).numerics },
            scoredBy: {
              engine: (await processOf(verifier)).engine,
              numerics: contextOn(verifier, 1).numerics,
              modelRoot: target.root,
              detail,
            },
          },
          outputTokens: Uint32Array.from(outputTokens),
          alteredPositions: new Uint32Array(),
          work: generation(target.root, jobs[i]!.promptTokens.length, outputTokens.length),
          ...vocabulary,
          evidence: scored,
        });
        // What the first machine wrote for the same job: how far the texts themselves agree.
        const first = outputs.get(settings.machines[0]!.name)!;
        for (const [i, { prompt, repeat }] of posed.entries())
          rows.push(
            attackRow(
              {
                sampling: name,
                split,
                strategy: { name: "honest", parameters: {}, label, kind: "honest-variation" },
                prompt,
                repeat,
                transcript: await transcriptOf(i, own[i]!, evidence[i]!),
                honest: await transcriptOf(i, first[i]!, evidence[i]!),
              },
              hardware,
              schemes,
            ),
          );
      }
      return rows;
    },
    close: async () => {
      for (const opened of await Promise.allSettled(machines.values()))
        if (opened.status === "fulfilled") await opened.value.close();
    },
  };
};

/** Tokens of the prompts, and what a transcript says of the vocabulary. */
async function vocabularyOf({ path, root }: NamedModel, texts: readonly string[]) {
  const backend = await Backend.open();
  try {
    const { vocabulary } = await backend.loadModel(path, { expectedRoot: root });
    return {
      vocabulary: { endTokens: [...vocabulary.endTokens], vocabularySize: vocabulary.size },
      promptTokens: texts.map((text) => vocabulary.promptTokens(text)),
    };
  } finally {
    await backend.close();
  }
}
