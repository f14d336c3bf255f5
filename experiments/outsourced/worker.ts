import { performance } from "node:perf_hooks";
import { verifierBehaviors } from "../../src/actors/behaviors/verifiers.ts";
import { joules } from "../../src/actors/hardware-profile.ts";
import type { OutputProvider, Prompt } from "../../src/actors/output-provider.ts";
import { World } from "../../src/actors/world.ts";
import type { Experiment } from "../../src/lab/experiment/file.ts";
import type { CellContext, OpenWorker } from "../../src/lab/runner/cell.ts";
import { median } from "../../src/statistics/median.ts";
import { answersFrom, promptsOf } from "../shared/answers.ts";
import { modelsOf, type NamedModel, openTranscripts } from "../shared/transcripts.ts";
import { openWorldFiles } from "../shared/world-files.ts";
import { outsourcedAcceptance } from "./acceptance.ts";
import type { CellOfOutsourcing } from "./experiment.ts";
import { completeForFree, hashVocabulary } from "./inversion.ts";
import { noNumbers, type OutsourcedRow } from "./rows.ts";
import type { OutsourcedSettings } from "./settings.ts";
import { type Combination, rulesOf, sybilCount, WORKER, worldOfOutsourcing } from "./world-of.ts";

/** Timed so often; the median counts. */
const TIMINGS = 5;

interface Given {
  readonly experiment: Experiment;
  readonly settings: OutsourcedSettings;
  readonly models: readonly NamedModel[];
  readonly prompts: readonly Prompt[];
  readonly answer: OutputProvider;
}

export const openWorker: OpenWorker<CellOfOutsourcing, OutsourcedRow, OutsourcedSettings> = async (
  experiment,
  { resultsFolder, signal },
) => {
  const { settings } = experiment;
  const prompts = promptsOf(settings, experiment.seed);
  const models = await modelsOf(settings, signal);
  const transcripts = openTranscripts(experiment, resultsFolder, models, {
    tokenLimit: settings.tokenLimit,
    pool: prompts.map(({ input }) => input),
  });
  const answer = answersFrom(transcripts.source, { ...settings, jobs: settings }, signal);
  const given: Given = { experiment, settings, models, prompts, answer };
  return {
    run: ({ input }, context) =>
      input.measure === "verification" ? verifications(given, input, context) : completions(given, input),
    close: () => transcripts.close(),
  };
};

/** All shares and numbers of verifiers, for one kind of Sybil identities and one of outputs. */
async function verifications(
  given: Given,
  { revision, sybils, output: label }: Extract<CellOfOutsourcing, { measure: "verification" }>,
  context: CellContext,
): Promise<OutsourcedRow[]> {
  const { settings, prompts, answer } = given;
  const output = settings.outputs.find((one) => one.label === label)!;
  const strategy = { name: output.strategy, parameters: output.parameters as never };
  // All in one lock-step batch.
  await answer(prompts.map((prompt) => ({ prompt, strategy })));
  const rows: OutsourcedRow[] = [];
  for (const share of settings.shares)
    for (const asked of settings.asked)
      rows.push(await verified(given, { revision, sybils, output, share, asked }, context));
  return rows;
}

async function verified(
  { experiment, settings, models, prompts, answer }: Given,
  combination: Combination,
  context: CellContext,
): Promise<OutsourcedRow> {
  const { revision, sybils, output, share, asked } = combination;
  const files = openWorldFiles(settings, (name) => context.file(`share-${share}-asked-${asked}-${name}`));
  const world = new World(worldOfOutsourcing(settings, experiment.seed, combination, models, prompts), {
    provideOutputs: answer,
    check: settings.check ?? true,
    ...files.options,
  });
  try {
    await world.run();
  } finally {
    files.close();
  }
  const [client] = world.clients;
  const judged = world.runs.filter(({ verified }) => verified !== undefined);
  const panel = {
    identities: settings.identities,
    sybils: sybilCount(settings, share),
    asked,
    behavior: verifierBehaviors[sybils],
    nodeKind: WORKER,
  };
  const rules = rulesOf(settings, revision);
  const exact = judged.map(({ payment, prompt }) =>
    outsourcedAcceptance(
      { record: payment!.assignment.record!, tokenLimit: settings.tokenLimit, seed: prompt.seed },
      panel,
      rules,
      settings.rastic,
      settings.checkBudget,
    ),
  );
  const efforts = world.verifiers.map(({ account }) => account.verification);
  const busyUs = efforts.reduce((sum, effort) => sum + effort.busyUs, 0);
  const honestOutput = output.strategy === "honest";
  const slashed = [...world.ledger.jobs.records()].filter(({ ruling }) => ruling?.slashed != null).length;
  const { messages, bytes, tookUs } = client!.account.inquiries;
  return {
    ...noNumbers,
    measure: "verification",
    revision,
    sybils,
    output: output.label,
    honestOutput,
    share,
    asked,
    jobs: judged.length,
    accepted: judged.filter(({ verified }) => verified).length,
    exactAcceptance: exact.reduce((sum, one) => sum + one, 0) / exact.length,
    chargesDismissed: world.runs.flatMap(({ disputes }) => disputes).filter(({ end }) => end === "dismissed").length,
    wronglySlashed: honestOutput ? slashed : 0,
    messages,
    bytes,
    verifierTokens: efforts.reduce((sum, { prefillTokens }) => sum + prefillTokens, 0),
    verifierJoules: joules(busyUs, world.settings.minerHardware),
    medianSeconds: median(tookUs) / 1e6,
  };
}

/** Completions without a job, and the time that the hashing for them takes on this machine. */
async function completions(
  { settings, prompts, answer }: Given,
  { revision }: Extract<CellOfOutsourcing, { measure: "completion" }>,
): Promise<OutsourcedRow[]> {
  const records = await answer(prompts.map((prompt) => ({ prompt, strategy: { name: "honest" } })));
  const { vocabularySize } = records[0]!;
  const tokenByHash = hashVocabulary(vocabularySize);
  const rules = rulesOf(settings, revision);
  const rows = records.map((record, i): OutsourcedRow => {
    const got = completeForFree(record, prompts[i]!.seed, rules, tokenByHash);
    return {
      ...noNumbers,
      measure: "completion",
      revision,
      prompt: prompts[i]!.number,
      messages: got.messages,
      bytes: got.bytes,
      verifierTokens: got.verifierTokens,
      tokensWanted: got.wanted,
      tokensObtained: got.tokens,
      tokensByInversion: got.byInversion,
      vocabulary: vocabularySize,
      // Once for all completions; counted with each, which is then an upper bound.
      hashes: rules.outsourcing === "claim-disclosed" ? vocabularySize : 0,
    };
  });
  return [...rows, ...[...new Set([vocabularySize, ...settings.vocabularies])].map((size) => hashed(revision, size))];
}

function hashed(revision: string, vocabulary: number): OutsourcedRow {
  const wallMs = Array.from({ length: TIMINGS }, () => {
    const start = performance.now();
    hashVocabulary(vocabulary);
    return performance.now() - start;
  });
  return { ...noNumbers, measure: "hashing", revision, vocabulary, hashes: vocabulary, wallMs: median(wallMs) };
}
