/**
 * Under an old Node, camelid.mjs starts us as its child and passes signals on. Killed with -9 it cannot: then our parent is
 * another process, and going on would keep the run's lock against the user's next try.
 */
export function exitWithLauncher(): void {
  const launcher = Number(process.env["CAMELID_LAUNCHER_PID"]);
  if (!launcher) return;
  setInterval(() => {
    if (process.ppid !== launcher) process.exit(137);
  }, 500).unref();
}
