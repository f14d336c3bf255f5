import { once } from "node:events";
import type { CommandModule } from "yargs";
import type { RunPlace } from "../../lab/watch/find-run.ts";
import { expectNumbers } from "../argument-errors.ts";
import type { Cli } from "../cli.ts";
import { reportErrors, UsageError } from "../errors.ts";

interface WatchArguments {
  readonly run: string;
  readonly out: string;
  readonly port: number | undefined;
  readonly open: boolean;
  readonly terminal: boolean;
}

const USUAL_PORT = 4338;

export const watchCommand = (cli: Cli): CommandModule<unknown, WatchArguments> => ({
  command: "watch <run>",
  describe: "Watch a simulated network while it runs, or replay a finished run, on a page of this machine",
  builder: (yargs) =>
    yargs
      .positional("run", {
        type: "string",
        demandOption: true,
        describe: "a run's folder, finished or not, or an experiment's name: its newest run",
      })
      .option("out", { type: "string", requiresArg: true, default: "results", describe: "folder for results" })
      .option("port", {
        type: "number",
        requiresArg: true,
        describe: `port of the page; ${USUAL_PORT} unless given, or a free one if that is taken`,
      })
      .option("open", {
        type: "boolean",
        default: true,
        describe: "open the page in a browser; --no-open only prints where it is",
      })
      .option("terminal", { type: "boolean", default: false, describe: "show the run here, without a page" })
      .check((given) => expectNumbers(given, { port: { whole: true, least: 1, most: 65_535 } }))
      .example("$0 watch network", "the newest run of the experiment called network, while it runs or afterwards")
      .example("$0 watch results/network/20260131T120000Z-quick --no-open", "replay a finished run"),
  handler: (given) =>
    reportErrors(cli, async () => {
      const { findRun } = await import("../../lab/watch/find-run.ts");
      const place = findRun(given.run, given.out);
      const { watchInTerminal } = await import("../watch-terminal.ts");
      await cli.interruptible((signal) =>
        given.terminal ? watchInTerminal(cli, place, signal) : servePage(cli, place, given, signal),
      );
    }),
});

/** Until Ctrl-C, which is how watching ends: exit code 0. */
async function servePage(
  cli: Cli,
  place: RunPlace,
  { port, open }: WatchArguments,
  signal: AbortSignal,
): Promise<void> {
  const server = await listen(cli, place, port);
  cli.print(`${server.url}   ${place.finished ? "replay of" : "live page of"} ${place.folder}; Ctrl-C ends it`);
  if (open && cli.stdout.isTTY) await openInBrowser(server.url);
  if (!signal.aborted) await once(signal, "abort");
  await server.close();
}

async function listen(cli: Cli, place: RunPlace, port: number | undefined) {
  const { serveRun } = await import("../../lab/watch/server.ts");
  try {
    return await serveRun(place, port ?? USUAL_PORT);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== "EADDRINUSE" && code !== "EACCES") throw error;
    const problem = code === "EACCES" ? "not allowed here" : "taken by another program";
    if (port !== undefined) throw new UsageError(`--port ${port}: ${problem}; name another, or none for a free one`);
    cli.printError(`port ${USUAL_PORT} is ${problem}: a free one instead`);
    return serveRun(place, 0);
  }
}

/** Best effort: the address is on the screen anyway. */
async function openInBrowser(url: string): Promise<void> {
  const { spawn } = await import("node:child_process");
  const [command, ...args] =
    process.platform === "win32"
      ? ["cmd", "/c", "start", "", url]
      : [process.platform === "darwin" ? "open" : "xdg-open", url];
  spawn(command!, args, { stdio: "ignore", detached: true })
    .on("error", () => {})
    .unref();
}
