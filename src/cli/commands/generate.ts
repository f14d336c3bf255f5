import type { CommandModule, InferredOptionTypes, Options } from "yargs";
import type { CallTiming } from "../../inference/timing.ts";
import { expectNumbers } from "../argument-errors.ts";
import type { Cli } from "../cli.ts";
import { reportErrors, UsageError } from "../errors.ts";
import {
  type NumericsArguments,
  numericsOf,
  type SamplingArguments,
  samplingOf,
  withNumerics,
  withSampling,
} from "../options.ts";
import { checkOutputFile } from "../output-file.ts";
import { defaultModel } from "../terminal.ts";

const own = {
  model: { type: "string", requiresArg: true, default: defaultModel, describe: "GGUF file" },
  prompts: {
    type: "string",
    requiresArg: true,
    describe: "text file with one prompt a line, instead of (or after) prompts given here",
  },
  tokens: { type: "number", requiresArg: true, default: 100, describe: "most tokens to generate" },
  seed: { type: "number", requiresArg: true, default: 1, describe: "seed of the sampling; prompt i uses seed + i" },
  context: { type: "number", requiresArg: true, describe: "context in tokens; by default just what is needed" },
  "ignore-end": { type: "boolean", default: false, describe: "go on after the end token" },
  out: {
    type: "string",
    requiresArg: true,
    describe: "write the completion (or several: an array) as JSON, for 'camelid verify'",
  },
  json: { type: "boolean", default: false, describe: "print that JSON instead of text" },
} as const satisfies Record<string, Options>;

type Arguments = { prompt: string[] | undefined } & InferredOptionTypes<typeof own> &
  SamplingArguments &
  NumericsArguments;

export const generateCommand = (cli: Cli): CommandModule<unknown, Arguments> => ({
  command: "generate [prompt..]",
  describe: "Complete one prompt, or several in lock step",
  builder: (yargs) =>
    withNumerics(
      withSampling(yargs.positional("prompt", { type: "string", array: true, describe: "text" }).options(own)),
    )
      .check((given) =>
        expectNumbers(given, {
          tokens: { whole: true, least: 1 },
          seed: { whole: true, least: 0, most: Number.MAX_SAFE_INTEGER },
          context: { whole: true, least: 1 },
        }),
      )
      .example('$0 generate "Once upon a time" --tokens 60 --seed 7', "the same tokens every time")
      .example('$0 generate "Once upon a time" --out tale.json && $0 verify tale.json', "generate, then verify")
      .example(
        "$0 generate --prompts models/prompts.txt --tokens 50 --temperature 0",
        "many prompts, greedy, in lock step",
      ),
  handler: (given) => reportErrors(cli, () => cli.interruptible((signal) => run(cli, given, signal))),
});

const mostTogether = 8;

async function run(cli: Cli, given: Arguments, signal: AbortSignal): Promise<void> {
  const prompts = await promptsOf(given);
  if (given.out !== undefined) checkOutputFile("out", given.out);
  const { Backend } = await import("../../inference/backend.ts");
  const { generate } = await import("../../inference/generate.ts");
  const backend = await Backend.open(given.gpu);
  try {
    const model = await backend.loadModel(
      given.model,
      given["gpu-layers"] === undefined ? {} : { gpuLayers: given["gpu-layers"] },
    );
    const sampling = samplingOf(given);
    const requests = prompts.map((prompt, i) => ({
      promptTokens: model.vocabulary.promptTokens(prompt),
      tokenLimit: given.tokens,
      sampling,
      seed: given.seed + i,
      ignoreEndToken: given["ignore-end"],
    }));
    const needed = Math.max(...requests.map(({ promptTokens }) => promptTokens.length)) + given.tokens + 1;
    const contextTokens = given.context ?? needed;
    if (contextTokens > model.trainedContextTokens)
      cli.printError(
        `note: ${contextTokens} tokens of context; the model was trained on ${model.trainedContextTokens} and may ramble beyond them`,
      );
    const context = await model.openContext({
      contextTokens,
      sequences: Math.min(requests.length, mostTogether),
      numerics: numericsOf(given),
    });
    const completions = await generate(context, requests, { signal });
    await model.requireUntouched();

    const backendDescription = { ...(await backend.describe()) };
    const { basename } = await import("node:path");
    const files = completions.map((completion, i) => ({
      format: "camelid-completion/1" as const,
      model: { name: basename(given.model, ".gguf"), root: model.root },
      prompt: prompts[i]!,
      promptTokens: requests[i]!.promptTokens,
      sampling,
      seed: requests[i]!.seed,
      tokenLimit: given.tokens,
      ignoredEndToken: given["ignore-end"],
      outputTokens: completion.outputTokens,
      text: model.vocabulary.text(completion.outputTokens),
      stop: completion.stop,
      logits: completion.logits,
      numerics: context.numerics,
      backend: backendDescription,
    }));
    const json = `${JSON.stringify(files.length === 1 ? files[0] : files, null, 1)}\n`;
    if (given.out !== undefined)
      (await import("../../lab/results/atomic-file.ts")).writeFileAtomically(given.out, json);
    if (given.json) {
      cli.stdout.write(json);
      return;
    }
    for (const [i, { prompt, text, outputTokens, stop }] of files.entries()) {
      const { prefill, decode } = completions[i]!;
      cli.print(`${files.length > 1 ? `--- ${i} ---\n` : ""}${prompt}${text}`);
      cli.printError(
        `(${outputTokens.length} tokens, ended by ${stop === "limit" ? "the limit" : "the end token"}, seed ${requests[i]!.seed}; ` +
          `prompt ${rate(prefill)}, output ${rate(decode)})`,
      );
    }
  } finally {
    await backend.close();
  }
}

function rate(timing: CallTiming): string {
  return timing.tokens === 0 ? "-" : `${((timing.tokens / timing.wallMs) * 1000).toFixed(0)} tokens/s`;
}

async function promptsOf({ prompt, prompts }: Arguments): Promise<string[]> {
  const texts = (prompt ?? []).map(String);
  if (prompts !== undefined) {
    const { readTextFile } = await import("../../inference/text-file.ts");
    try {
      texts.push(
        ...readTextFile(prompts)
          .split("\n")
          .filter((line) => line.trim() !== ""),
      );
    } catch (error) {
      throw new UsageError(
        `${prompts}: cannot be read (${(error as NodeJS.ErrnoException).code}); expected a text file`,
      );
    }
  }
  if (texts.length === 0) throw new UsageError("no prompt: give one as text, or --prompts FILE with one a line");
  return texts;
}
