import { defineConfig } from "vitest/config";

// Benches print ratios measured within one run and check the work they timed; they are no part of `npm test`.
export default defineConfig({
  test: {
    include: ["bench/**/*.bench.ts"],
    testTimeout: 600_000,
    pool: "forks",
    maxWorkers: 1,
    fileParallelism: false,
  },
});
