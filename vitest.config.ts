import { defineConfig } from "vitest/config";

// Two cores: two workers. Real-model tests take seconds, so the limit is generous; nothing here asserts a time.
export default defineConfig({
  test: { include: ["test/**/*.test.ts"], testTimeout: 120_000, hookTimeout: 120_000, pool: "forks", maxWorkers: 2 },
});
