import { defineConfig } from "vitest/config";

// What mutation testing of src/protocol runs per mutant: the stories and golden vectors. The fuzzers and long random
// interleavings are left out for their time; they could only kill more.
export default defineConfig({
  test: {
    include: ["test/protocol/**/*.test.ts"],
    exclude: ["conservation", "decoders", "messages/message", "jobs/interleavings", "vectors/foreign"].map(
      (name) => `test/protocol/${name}.test.ts`,
    ),
    testTimeout: 60_000,
  },
});
