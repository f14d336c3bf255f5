import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import { expect, test } from "vitest";
import { Kernel } from "../../src/sim/kernel.ts";
import { Process } from "../../src/sim/process.ts";
import { Resource } from "../../src/sim/resource.ts";
import { Streams } from "../../src/sim/streams.ts";

test("the example in docs/sim.md runs, and prints what the page says", () => {
  const page = readFileSync(new URL("../../docs/sim.md", import.meta.url), "utf8");
  const [, example, output] = /```ts\n([\s\S]*?)```[\s\S]*?```text\n([\s\S]*?)```/.exec(page)!;
  const lines: string[] = [];
  const scope = { Kernel, Process, Resource, Streams, console: { log: (line: string) => lines.push(line) } };
  new Function(...Object.keys(scope), stripTypeScriptTypes(example!))(...Object.values(scope));
  expect(`${lines.join("\n")}\n`).toBe(output);
});
