/**
 * Whether this machine's llama.cpp computes what the CPU computes: logits of the embedded target against a reference file.
 *
 *   node scripts/gpu/check-logits.ts --gpu cuda    compares; exit code 1 beyond the tolerance
 *   node scripts/gpu/check-logits.ts --write       makes scripts/gpu/reference-logits.json, on the CPU
 *
 * Reference: the claimed tokens are the model's own greedy continuation of the first prompt, under the reference numerics.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { Cli } from "../../src/cli/cli.ts";
import { reportErrors, UsageError } from "../../src/cli/errors.ts";
import { Backend, type BackendDescription } from "../../src/inference/backend.ts";
import { generate } from "../../src/inference/generate.ts";
import type { LanguageModel } from "../../src/inference/language-model.ts";
import { modelIdentity } from "../../src/inference/model-file.ts";
import type { Gpu } from "../../src/inference/numerics.ts";
import { score } from "../../src/inference/score.ts";
import { argumentsOf } from "./arguments.ts";
import { compareLogits, inWords, type LogitsAt, type ReferenceLogits } from "./compare-logits.ts";

const modelFile = "models/tales-target-f16.gguf";
const referenceFile = fileURLToPath(new URL("reference-logits.json", import.meta.url));
const greedy = { temperature: 0, topK: 0, topP: 1, choice: "gumbel" } as const;
const outputTokens = 48;

const { values } = argumentsOf({
  options: { gpu: { type: "string", default: "off" }, write: { type: "boolean", default: false } },
});

await reportErrors(new Cli(process.argv.slice(2), process), () =>
  values.write ? writeReference() : check(values.gpu as Gpu),
);

async function writeReference(): Promise<void> {
  await withModel("off", async (model, root, { engineRelease, cpuKernels }) => {
    const prompt = readFileSync("models/prompts.txt", "utf8").split("\n")[0]!;
    const claim = await continuation(model, prompt);
    const positions = await logitsOf(model, claim);
    const reference: ReferenceLogits = { model: root, engineRelease, cpuKernels, ...claim, positions };
    writeFileSync(referenceFile, `${JSON.stringify(reference, null, 1)}\n`);
  });
}

async function check(gpu: Gpu): Promise<void> {
  await withModel(gpu, async (model, root, { gpuDevices, cpuKernels }) => {
    const reference = JSON.parse(readFileSync(referenceFile, "utf8")) as ReferenceLogits;
    if (reference.model !== root)
      throw new UsageError(`${referenceFile}: made of another model than ${modelFile}; make it again with --write`);
    const comparison = compareLogits(reference.positions, await logitsOf(model, reference));
    console.log(`${gpu === "off" ? `CPU, ${cpuKernels} kernels` : gpuDevices.join(", ")}: ${inWords(comparison)}`);
    if (!comparison.agrees) process.exitCode = 1;
  });
}

async function withModel(
  gpu: Gpu,
  work: (model: LanguageModel, root: string, description: BackendDescription) => Promise<void>,
): Promise<void> {
  const backend = await Backend.open(gpu);
  try {
    const { root } = await modelIdentity(modelFile);
    await work(await backend.loadModel(modelFile), root, await backend.describe());
  } finally {
    await backend.close();
  }
}

type Claim = Pick<ReferenceLogits, "promptTokens" | "outputTokens">;

async function continuation(model: LanguageModel, prompt: string): Promise<Claim> {
  const promptTokens = model.vocabulary.promptTokens(prompt);
  const context = await model.openContext({ contextTokens: promptTokens.length + outputTokens + 1 });
  const request = { promptTokens, sampling: greedy, seed: 0, tokenLimit: outputTokens, ignoreEndToken: true };
  const [completion] = await generate(context, [request]);
  await context.close();
  return { promptTokens, outputTokens: completion!.outputTokens };
}

async function logitsOf(model: LanguageModel, { promptTokens, outputTokens: claimed }: Claim): Promise<LogitsAt[]> {
  const context = await model.openContext({ contextTokens: promptTokens.length + claimed.length + 1 });
  const request = { promptTokens, outputTokens: claimed, sampling: greedy, seed: 0, detail: "logits" } as const;
  const { positions } = await score(context, request);
  await context.close();
  return positions.map(({ logits }) => {
    const { topToken, topLogit, claimedLogit, logSumExp } = logits!;
    return { topToken, topLogit, claimedLogit, logSumExp };
  });
}
