/** The tier `unit` is what one runs while coding: whatever loads llama.cpp, or starts a process, is in the wrong list of test/tiers.ts. */
import { basename } from "node:path";

const { dlopen } = process;
process.dlopen = (...args: Parameters<typeof dlopen>) => {
  if (basename(args[1]) === "llama-addon.node")
    throw new Error("a test of the tier `unit` opens a model: name its file in test/tiers.ts, in `models` or `system`");
  return dlopen.apply(process, args);
};
