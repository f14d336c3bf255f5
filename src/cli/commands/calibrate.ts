import type { CommandModule, InferredOptionTypes, Options } from "yargs";
import type { HardwareProfile } from "../../inference/calibrate.ts";
import { expectNumbers } from "../argument-errors.ts";
import type { Cli } from "../cli.ts";
import { reportErrors, UsageError } from "../errors.ts";
import { type NumericsArguments, numericsOf, withNumerics } from "../options.ts";
import { checkOutputFile } from "../output-file.ts";
import { defaultModel, table, withProgress } from "../terminal.ts";

const own = {
  model: { type: "string", requiresArg: true, default: defaultModel, describe: "GGUF file" },
  batches: { type: "string", requiresArg: true, default: "1,2,4,8", describe: "sequences in lock step" },
  depths: {
    type: "string",
    requiresArg: true,
    default: "0,256,1000",
    describe: "tokens already in the context when decoding",
  },
  prefill: { type: "string", requiresArg: true, default: "16,64,256,1000", describe: "prompt lengths" },
  repeats: { type: "number", requiresArg: true, default: 5, describe: "measurements of each point" },
  name: { type: "string", requiresArg: true, default: "this-machine", describe: "name of the profile" },
  out: { type: "string", requiresArg: true, describe: "write the profile as JSON" },
} as const satisfies Record<string, Options>;

type Arguments = InferredOptionTypes<typeof own> & NumericsArguments;

export const calibrateCommand = (cli: Cli): CommandModule<unknown, Arguments> => ({
  command: "calibrate",
  describe:
    "Measure this machine into a hardware profile: prefill and decode rates, watts and joules per token where they can be read",
  builder: (yargs) =>
    withNumerics(yargs.options(own))
      .check((given) => expectNumbers(given, { repeats: { whole: true, least: 1 } }))
      .example("$0 calibrate --out profile.json", "the embedded target on this machine")
      .example("$0 calibrate --model big.gguf --batches 1,8 --depths 0,4000", "another model, two batch sizes"),
  handler: (given) => reportErrors(cli, () => cli.interruptible((signal) => run(cli, given, signal))),
});

async function run(cli: Cli, given: Arguments, signal: AbortSignal): Promise<void> {
  const plan = {
    batches: wholeNumbers("batches", given.batches, 1),
    depthsTokens: wholeNumbers("depths", given.depths, 0),
    prefillTokens: wholeNumbers("prefill", given.prefill, 2),
    repeats: given.repeats,
    numerics: numericsOf(given),
  };
  if (given.out !== undefined) checkOutputFile("out", given.out);
  const { basename } = await import("node:path");
  const { Backend } = await import("../../inference/backend.ts");
  const { calibrate } = await import("../../inference/calibrate.ts");
  const { describeMachine } = await import("../../lab/results/provenance.ts");
  const backend = await Backend.open(given.gpu);
  try {
    const layers = given["gpu-layers"];
    const model = await backend.loadModel(given.model, layers === undefined ? {} : { gpuLayers: layers });
    const measured = await withProgress(cli, "calibrating", (onProgress) =>
      calibrate(model, plan, { signal, onProgress: ({ done, total }) => onProgress(done, total) }),
    );
    const profile: HardwareProfile = {
      format: "camelid-hardware-profile/1",
      name: given.name,
      source: "measured by camelid calibrate",
      measuredAt: new Date().toISOString(),
      machine: describeMachine(),
      backend: await backend.describe(),
      model: { name: basename(given.model, ".gguf"), root: model.root, bytes: model.fileBytes },
      ...measured,
    };
    if (given.out !== undefined)
      (await import("../../lab/results/atomic-file.ts")).writeFileAtomically(
        given.out,
        `${JSON.stringify(profile, null, 2)}\n`,
      );
    cli.print(profileText(profile));
  } finally {
    await backend.close();
  }
}

function profileText({ prefill, decode, powerSource, machine, backend }: HardwareProfile): string {
  const rows = [
    ...prefill.map((point) => ["prefill", ...pointCells(point)]),
    ...decode.map((point) => ["decode", ...pointCells(point)]),
  ];
  const header = ["", "batch", "depth tokens", "tokens a call", "tokens/s", "slowest", "fastest", "watts", "J/token"];
  const power = `power: ${powerInWords[powerSource]}`;
  const { cpu } = machine as { cpu: string };
  const processor =
    backend.gpu === "off" ? `${cpu}, kernels ${backend.cpuKernels ?? "unknown"}` : backend.gpuDevices.join(", ");
  return `${processor}; ${power}\n${table([header, ...rows], [1, 2, 3, 4, 5, 6, 7, 8])}`;
}

const powerInWords: Readonly<Record<HardwareProfile["powerSource"], string>> = {
  "nvidia-smi": "nvidia-smi, all its boards together, without the processor",
  rapl: "rapl, processor package",
  none: "this machine lets nobody read it",
};

function pointCells(point: HardwareProfile["decode"][number]): string[] {
  const { batch, depthTokens, tokensPerCall, tokensPerSecond, slowestTokensPerSecond, fastestTokensPerSecond } = point;
  return [
    ...[batch, depthTokens, tokensPerCall].map(String),
    ...[tokensPerSecond, slowestTokensPerSecond, fastestTokensPerSecond].map((rate) => rate.toFixed(0)),
    point.watts === null ? "-" : point.watts.toFixed(1),
    point.joulesPerToken === null ? "-" : point.joulesPerToken.toPrecision(3),
  ];
}

function wholeNumbers(option: string, text: string, least: number): number[] {
  const numbers = text.split(",").map((item) => (item.trim() === "" ? Number.NaN : Number(item)));
  if (numbers.some((number) => !(Number.isSafeInteger(number) && number >= least)))
    throw new UsageError(`--${option} ${text}: expected whole numbers of at least ${least}, separated by commas`);
  return numbers;
}
