import type { CommandModule } from "yargs";
import type { Cli } from "../cli.ts";
import { decodeCommand } from "./protocol/decode.ts";
import { vectorsCommand } from "./protocol/vectors.ts";

/** `camelid protocol ...`: the rules at hand, for whoever implements them elsewhere. */
export const protocolCommand = (cli: Cli): CommandModule => ({
  command: "protocol",
  describe: "Explain encoded transactions, blocks and messages; run golden vectors",
  builder: (yargs) =>
    yargs
      .command(decodeCommand(cli))
      .command(vectorsCommand(cli))
      .demandCommand(1, "protocol: name one of decode, vectors"),
  handler: () => {},
});
