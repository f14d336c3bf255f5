import { fileURLToPath } from "node:url";
import { defineConfig } from "vitest/config";
import { long, models, system } from "./test/tiers.ts";

const everything = ["test/**/*.test.ts"];

// Two cores: two workers. Nothing here asserts a time, and a limit is only there to end what hangs: a busy machine may take ten
// times as long.
export default defineConfig({
  test: {
    testTimeout: 1_200_000,
    hookTimeout: 1_200_000,
    pool: "forks",
    maxWorkers: 2,
    // What Node made of our sources once is not made again by every process that a test starts: a quarter of what a short run costs.
    env: { NODE_COMPILE_CACHE: fileURLToPath(new URL("node_modules/.cache/node-compile-cache", import.meta.url)) },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: everything,
          exclude: [...models, ...system, ...long],
          setupFiles: ["test/support/no-models.ts"],
          // Two processes for all files: starting one for each would take longer than most of them.
          isolate: false,
        },
      },
      { extends: true, test: { name: "models", include: models, exclude: long } },
      { extends: true, test: { name: "system", include: system, exclude: long } },
      { extends: true, test: { name: "long", include: long } },
    ],
  },
});
