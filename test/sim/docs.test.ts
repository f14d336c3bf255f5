import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { expect, test } from "vitest";

test("the example in docs/sim.md runs from the project root as it stands, and prints what the page says", () => {
  const page = readFileSync("docs/sim.md", "utf8");
  const [, example, output] = /```ts\n([\s\S]*?)```[\s\S]*?```text\n([\s\S]*?)```/.exec(page)!;
  const node = ["--input-type=module-typescript", "--eval", example!];
  const { stdout, stderr, status } = spawnSync(process.execPath, node, { encoding: "utf8" });
  expect([stderr, status]).toEqual(["", 0]);
  expect(stdout).toBe(output);
});
