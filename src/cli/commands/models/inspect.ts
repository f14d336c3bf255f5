import type { CommandModule } from "yargs";
import type { Cli } from "../../cli.ts";
import { reportErrors } from "../../errors.ts";
import { bytesText, countText, table } from "../../terminal.ts";

interface Arguments {
  file: string;
  tensors: boolean;
  json: boolean;
}

export const inspectCommand = (cli: Cli): CommandModule<object, Arguments> => ({
  command: "inspect <file>",
  describe: "What a GGUF file says of itself, and whether it is all there",
  builder: (yargs) =>
    yargs
      .positional("file", { type: "string", demandOption: true, describe: "GGUF file" })
      .option("tensors", { type: "boolean", default: false, describe: "list every tensor" })
      .option("json", { type: "boolean", default: false, describe: "print JSON" })
      .example("$0 models inspect models/tales-target-f16.gguf", "shape, format, vocabulary, end tokens"),
  handler: ({ file, tensors: withTensors, json }) =>
    reportErrors(cli, async () => {
      const { readGgufHeader } = await import("../../../inference/gguf/read-header.ts");
      const { modelFacts } = await import("../../../inference/gguf/facts.ts");
      const { printable } = await import("../../../inference/model-file-error.ts");
      const header = readGgufHeader(file);
      const facts = modelFacts(header);
      const tensors = header.tensors.map(({ name, dimensions, format, bytes }) => ({
        name,
        dimensions,
        format: format.name,
        bytes,
      }));
      if (json) {
        cli.print(JSON.stringify({ file, ...facts, ...(withTensors && { tensorList: tensors }) }, undefined, 2));
        return;
      }

      const number = (value: number | undefined) => (value === undefined ? "not stated" : `${value}`);
      const text = (value: string | undefined) => (value === undefined ? "not stated" : printable(value, 300));
      const formats = Object.entries(facts.bytesByFormat).map(([name, bytes]) => `${name} ${bytesText(bytes)}`);
      cli.print(
        table([
          ["file", file],
          ["name", text(facts.name)],
          ["description", text(facts.description)],
          ["architecture", text(facts.architecture)],
          ["parameters", `${countText(facts.parameters)} (${facts.parameters})`],
          ["format", `${facts.weightFormat} (${formats.join(", ")})`],
          ["context tokens", number(facts.contextTokens)],
          ["vocabulary", number(facts.vocabularyTokens)],
          ["end tokens", facts.endTokens.length === 0 ? "none" : facts.endTokens.join(", ")],
          ...Object.entries(facts.foreignTokens).map(([key, id]) => [
            "no token",
            `${printable(key)} states ${id}, which the vocabulary does not have`,
          ]),
          ["chat template", facts.chatTemplate ? "yes" : "no"],
          ["layers", number(facts.layers)],
          ["embedding", number(facts.embedding)],
          ["heads", `${number(facts.heads)}, for keys and values ${number(facts.kvHeads)}`],
          ["feed-forward", number(facts.feedForward)],
          ["tensors", `${facts.tensors}, ${bytesText(facts.tensorBytes)}`],
          ["file size", `${bytesText(facts.fileBytes)} (${facts.fileBytes}), all tensors inside`],
          ...(facts.splitFiles > 1 ? [["split", `one of ${facts.splitFiles} files; this one alone is no model`]] : []),
        ]),
      );
      if (withTensors)
        cli.print(
          `\n${table(
            tensors.map(({ name, dimensions, format, bytes }) => [
              printable(name),
              dimensions.join(" x "),
              format,
              `${bytes}`,
            ]),
            [3],
          )}`,
        );
    }),
});
