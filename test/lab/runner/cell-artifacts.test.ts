import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { CellArtifacts, folderNames } from "../../../src/lab/runner/cell-artifacts.ts";
import { scratchFolder } from "../../support/scratch.ts";

const scratch = scratchFolder();

test("keys whose folders would be called the same stay apart; all others keep their plain name", () => {
  const keys = [
    "mixed, run 0",
    "a b.txt",
    "a-b.txt",
    "a, b.txt",
    "Case",
    "case",
    "a/b",
    "x".repeat(101),
    "x".repeat(102),
    "..",
    ".",
  ];
  const names = folderNames(keys);
  expect(names.get("mixed, run 0")).toBe("mixed-run-0");
  expect(new Set([...names.values()].map((name) => name.toLowerCase())).size).toBe(keys.length);
  for (const name of names.values()) expect(name).toMatch(/^(?!\.)[A-Za-z0-9._=-]+$/);
  expect(names.get("a b.txt")).toMatch(/^a-b\.txt-[0-9a-f]{8}$/);
});

test("two cells and two parts of colliding names both keep their files", () => {
  const parts = ["prompts.file=a b.txt", "prompts.file=a-b.txt"];
  const cells = ["run 0", "run-0"];
  const kept = parts.flatMap((part, i) => {
    const files = new CellArtifacts(join(scratch, String(i)), cells, parts);
    for (const cell of cells) {
      const attempt = files.attemptFolder();
      mkdirSync(attempt, { recursive: true });
      writeFileSync(join(attempt, "playback.jsonl"), `${part} ${cell}`);
      files.adopt(attempt, cell);
      expect(existsSync(attempt)).toBe(false);
    }
    return cells.flatMap((cell) => files.of(cell, part).map((file) => ({ ...file, text: `${part} ${cell}` })));
  });
  expect(new Set(kept.map(({ name }) => name)).size).toBe(4);
  for (const { path, text } of kept) expect(readFileSync(path, "utf8")).toBe(text);
});
