import type { CommandModule } from "yargs";
import type { ClaimVerdict } from "../../../lab/claims/verdict.ts";
import type { FoundRun, FoundRuns } from "../../../lab/results/list-runs.ts";
import type { Cli } from "../../cli.ts";
import { reportErrors } from "../../errors.ts";
import { table } from "../../terminal.ts";
import { inFolder } from "./in-folder.ts";

interface Arguments {
  readonly out: string;
  readonly json: boolean;
}

export const listCommand = (cli: Cli): CommandModule<object, Arguments> => ({
  command: "list",
  describe: "All runs: when, what they say on the claims, whether they are complete",
  builder: (yargs) =>
    yargs
      .options(inFolder)
      .option("json", { type: "boolean", default: false, describe: "print JSON" })
      .example("$0 results list --out results/reference", "the runs that come with the project"),
  handler: ({ out, json }) =>
    reportErrors(cli, async () => {
      const { listRuns } = await import("../../../lab/results/list-runs.ts");
      const found = listRuns(out);
      cli.print(json ? JSON.stringify(forPrograms(found), null, 2) : text(found, out));
      for (const problem of found.problems) cli.printError(problem);
    }),
});

function forPrograms({ runs, unfinished }: FoundRuns): object {
  return {
    runs: runs.map(({ folder, manifest }) => {
      const { experiment, startedAt, endedAt, verdicts, partial } = manifest;
      const { name, kind, seed, given } = experiment;
      const cells = partial === undefined ? null : { planned: partial.planned, finished: partial.finished };
      return { folder, name, kind, preset: given.preset, seed, startedAt, endedAt, cells, verdicts };
    }),
    unfinished,
  };
}

function text({ runs, unfinished }: FoundRuns, out: string): string {
  if (runs.length + unfinished.length === 0) return `no run in ${out}`;
  const rows = runs.map(({ folder, manifest }) => [
    folder,
    manifest.startedAt.slice(0, 16).replace("T", " "),
    manifest.experiment.given.preset ?? "-",
    manifest.experiment.seed,
    stateOf(manifest),
    verdictsInShort(manifest.verdicts),
  ]);
  const lines =
    runs.length === 0 ? [] : [table([["run", "started (UTC)", "preset", "seed", "state", "claims"], ...rows])];
  const left = unfinished.map(({ experiment, finished, failed, lastWrittenAt }) => {
    const failures = failed === 0 ? "" : `, ${failed} failures`;
    return `${experiment}: unfinished, ${finished} finished${failures}, last at ${lastWrittenAt.toISOString().slice(0, 16).replace("T", " ")}; the same command goes on`;
  });
  return [...lines, ...left].join("\n");
}

function stateOf({ partial }: FoundRun["manifest"]): string {
  return partial === undefined ? "complete" : `${partial.finished} of ${partial.planned} cells`;
}

/** "C1 holds, C3 holds/not decided": the verdicts on all subjects of a claim, each once. */
function verdictsInShort(verdicts: readonly ClaimVerdict[]): string {
  const claims = Map.groupBy(verdicts, ({ claim }) => claim);
  const short = [...claims].map(
    ([claim, own]) => `${claim} ${[...new Set(own.map(({ verdict }) => verdict))].join("/")}`,
  );
  return short.length === 0 ? "-" : short.join(", ");
}
