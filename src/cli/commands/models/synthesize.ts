import type { CommandModule } from "yargs";
import { type WeightFormat, weightFormats } from "../../../inference/gguf/quantise.ts";
import { type LlamaShape, namedShapes, type ShapeName } from "../../../inference/shapes.ts";
import type { Cli } from "../../cli.ts";
import { reportErrors } from "../../errors.ts";
import { bytesText, countText, localFolder, shortPath, withProgress } from "../../terminal.ts";

interface Arguments {
  shape: ShapeName;
  embedding: number | undefined;
  layers: number | undefined;
  heads: number | undefined;
  "kv-heads": number | undefined;
  "feed-forward": number | undefined;
  vocabulary: number | undefined;
  context: number | undefined;
  format: WeightFormat;
  seed: number;
  out: string | undefined;
  overwrite: boolean;
  "end-token": boolean;
  json: boolean;
}

const shapeNames = Object.keys(namedShapes) as ShapeName[];
const ofShape = (describe: string) =>
  ({ type: "number", describe, requiresArg: true, group: "Change the shape:" }) as const;

export const synthesizeCommand = (cli: Cli): CommandModule<object, Arguments> => ({
  command: "synthesize <shape>",
  aliases: ["synthesise"],
  describe: "Write a llama model with random weights, for timing only",
  builder: (yargs) =>
    yargs
      .positional("shape", { choices: shapeNames, demandOption: true, describe: "named shape" })
      .option("embedding", ofShape("Width of the residual stream"))
      .option("layers", ofShape("Number of layers"))
      .option("heads", ofShape("Attention heads"))
      .option("kv-heads", ofShape("Heads for keys and values"))
      .option("feed-forward", ofShape("Inner width of the feed-forward network"))
      .option("vocabulary", ofShape("Tokens of the vocabulary"))
      .option("context", ofShape("Context in tokens that the model states"))
      .option("format", { choices: weightFormats, default: "F16" as const, describe: "format of the weights" })
      .option("seed", { type: "number", default: 1, requiresArg: true, describe: "seed of the weights" })
      .option("out", { type: "string", requiresArg: true, describe: "file to write; default: models/local/random-..." })
      .option("overwrite", { type: "boolean", default: false, describe: "replace an existing file" })
      .option("end-token", { type: "boolean", default: true, describe: "--no-end-token: a vocabulary without one" })
      .option("json", { type: "boolean", default: false, describe: "print JSON" })
      .example("$0 models synthesize 100m --format Q8_0", "a file of 107 MB")
      .example("$0 models synthesize 7b --layers 2", "two layers of a 7B"),
  handler: (given) =>
    reportErrors(cli, async () => {
      const { mkdir } = await import("node:fs/promises");
      const { join } = await import("node:path");
      const { synthesizeModel } = await import("../../../inference/gguf/synthesize.ts");

      const { shape: name, format: weightFormat, seed, overwrite } = given;
      const changes = shapeChanges(given);
      const parts = [
        name,
        ...Object.entries(changes).map(([key, value]) => `${key}${value}`),
        weightFormat,
        `seed${seed}`,
      ];
      if (given.out === undefined) await mkdir(localFolder, { recursive: true });

      const { path, bytes, parameters } = await cli.interruptible((signal) =>
        withProgress(cli, "writing", (onProgress) =>
          synthesizeModel({
            path: given.out ?? join(localFolder, `random-${parts.join("-").toLowerCase()}.gguf`),
            shape: Object.keys(changes).length === 0 ? name : { ...namedShapes[name], ...changes },
            weightFormat,
            seed,
            endToken: given["end-token"],
            overwrite,
            signal,
            onProgress,
          }),
        ),
      );
      if (given.json) cli.print(JSON.stringify({ path, bytes, parameters, weightFormat, seed }, undefined, 2));
      else
        cli.print(
          `${shortPath(path)}: ${countText(parameters)} random weights, ${weightFormat}, ${bytesText(bytes)}; for timing only`,
        );
    }),
});

function shapeChanges(given: Arguments): Partial<LlamaShape> {
  const numbers = {
    embedding: given.embedding,
    layers: given.layers,
    heads: given.heads,
    kvHeads: given["kv-heads"],
    feedForward: given["feed-forward"],
    vocabularyTokens: given.vocabulary,
    contextTokens: given.context,
  };
  return Object.fromEntries(Object.entries(numbers).filter(([, value]) => value !== undefined));
}
