/** The command line as a process of its own; camelid.mjs starts this. */
import { exitWithLauncher } from "./launcher.ts";
import { main } from "./main.ts";

// A verdict that could not be written must not look like one that was: `| head -1` is fine, a full disk is not.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit(process.exitCode ?? 0);
  console.error(`camelid: the output cannot be written (${error.code})`);
  process.exit(2);
});
exitWithLauncher();

await main(process.argv.slice(2), process);
