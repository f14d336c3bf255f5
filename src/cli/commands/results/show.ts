import { existsSync } from "node:fs";
import { join } from "node:path";
import type { CommandModule } from "yargs";
import type { Manifest } from "../../../lab/results/manifest.ts";
import type { Cli } from "../../cli.ts";
import { reportErrors } from "../../errors.ts";
import { bytesText, table } from "../../terminal.ts";
import { inFolder, runArgument } from "./in-folder.ts";

interface Arguments {
  readonly run: string;
  readonly out: string;
}

export const showCommand = (cli: Cli): CommandModule<object, Arguments> => ({
  command: "show <run>",
  describe: "What a run asked, what it says on the claims with its numbers, and its files",
  builder: (yargs) =>
    yargs
      .positional("run", runArgument)
      .options(inFolder)
      .example("$0 results show figure-1", "the last complete run of an experiment"),
  handler: ({ run, out }) =>
    reportErrors(cli, async () => {
      const { findRun } = await import("../../../lab/results/list-runs.ts");
      const { readManifest } = await import("../../../lab/results/read-run.ts");
      const folder = findRun(out, run);
      cli.print(text(cli, folder, readManifest(folder)));
    }),
});

function text(cli: Cli, folder: string, manifest: Manifest): string {
  const { experiment, startedAt, endedAt, software, machine, verdicts, files, partial } = manifest;
  const { name, kind, question, seed, given, combinations } = experiment;
  const program = software.commit === null ? software.camelid : `commit ${software.commit.slice(0, 10)}`;
  const facts = [
    `kind ${kind}, preset ${given.preset ?? "none"}, seed ${seed}${given.overrides.map((set) => `, ${set}`).join("")}`,
    `${startedAt} to ${endedAt}, Camelid ${program}${software.dirty ? " with uncommitted changes" : ""}, ${machine.cpu}, ${machine.cores} cores`,
    ...(combinations ? [`${combinations.length} combinations of ${Object.keys(combinations[0]!).join(", ")}`] : []),
    ...(partial ? [`partial: ${partial.finished} of ${partial.planned} cells; ${partial.failures.length} failed`] : []),
  ];
  const failures = partial?.failures.map(({ cell, message }) => `  ${cell}: ${message.split("\n")[0]}`) ?? [];
  const said = verdicts.flatMap(({ claim, subject, verdict, sentence }) => [
    `${cli.bold(`${claim} ${verdict}`)} on ${subject}`,
    cli.paragraph(sentence, 2),
  ]);
  const sizes = table(
    Object.entries(files).map(([file, { bytes }]) => [
      `  ${file}`,
      bytesText(bytes),
      existsSync(join(folder, file)) ? "" : "not kept here",
    ]),
    [1],
  );
  return [
    cli.bold(`${name}: ${folder}`),
    cli.paragraph(question),
    ...facts,
    ...failures,
    "",
    ...(said.length > 0 ? [...said, ""] : []),
    sizes,
  ].join("\n");
}
