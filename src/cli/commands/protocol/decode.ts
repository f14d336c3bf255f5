import type { CommandModule } from "yargs";
import type { Cli } from "../../cli.ts";
import { reportErrors, UsageError } from "../../errors.ts";
import { table } from "../../terminal.ts";
import type { Explanation, KindName } from "./explain.ts";

interface Arguments {
  hex: string | undefined;
  as: KindName | undefined;
  json: boolean;
}

const kindNames = ["transaction", "block", "header", "message", "job"] as const satisfies readonly KindName[];

/** Of the minimal preset, as in test/vectors. */
const genesisHeader =
  "40420f00000000000000000000000000000000000000000000000000000000000000000000000000" +
  "7ed821ec0800e7c7e9f5cee46266193c06aecac4d816b432ee8e5e3a6bbe18c600000000";

export const decodeCommand = (cli: Cli): CommandModule<object, Arguments> => ({
  command: "decode [hex]",
  describe: "Explain a transaction, block, header, message or job field by field; a broken one up to where it broke",
  builder: (yargs) =>
    yargs
      .positional("hex", {
        type: "string",
        describe: "the bytes in hexadecimal; without them, or as -, they come from standard input",
      })
      .option("as", { choices: kindNames, describe: "what it is; default: what it decodes as" })
      .option("json", { type: "boolean", default: false, describe: "print JSON" })
      .example(`$0 protocol decode ${genesisHeader}`, "")
      .wrap(null), // a line break in the example would make it two commands
  handler: ({ hex, as, json }) =>
    reportErrors(cli, async () => {
      const { text: readAll } = await import("node:stream/consumers");
      const { explain } = await import("./explain.ts");
      // yargs hands a lone - on as an empty text.
      const digits = (hex || (cli.stdin.isTTY ? "" : await readAll(cli.stdin))).replace(/\s/g, "");
      const explanation = explain(bytesOf(digits), as);
      cli.print(json ? JSON.stringify(explanation, undefined, 2) : asText(explanation));
      if (explanation.broken) throw new UsageError(brokenText(explanation, as !== undefined));
    }),
});

function bytesOf(digits: string): Uint8Array {
  if (digits === "") throw new UsageError("decode: no bytes given; expected hexadecimal digits, two for a byte");
  const wrong = digits.search(/[^0-9a-fA-F]/);
  if (wrong >= 0)
    throw new UsageError(
      `decode: character ${wrong + 1}, ${JSON.stringify(digits[wrong])}, is no hexadecimal digit; give the bytes as hexadecimal`,
    );
  if (digits.length % 2 === 1)
    throw new UsageError(`decode: ${digits.length} hexadecimal digits; expected two for each byte, so one is missing`);
  return Uint8Array.from({ length: digits.length / 2 }, (_, i) => Number.parseInt(digits.slice(2 * i, 2 * i + 2), 16));
}

function asText({ kind, bytes, fields, facts, broken }: Explanation): string {
  const head = `${kind}, ${bytes} bytes${broken ? ", broken" : ""}`;
  const rows = fields.map(({ offset, length, field, value, note }) => [
    String(offset),
    String(length),
    field,
    note === "" ? value : `${value}  (${note})`,
  ]);
  const parts = [head, table([["byte", "length", "field", "value"], ...rows], [0, 1])];
  if (facts.length > 0) parts.push(table(facts.map(({ name, value }) => [name, value])));
  return parts.join("\n\n");
}

function brokenText({ kind, broken, bytes }: Explanation, asked: boolean): string {
  const guess = asked ? "" : `; it got furthest as a ${kind}, --as names another kind`;
  return `decode: no whole ${kind} in these ${bytes} bytes: ${broken!.message} [${broken!.code}]${guess}`;
}
