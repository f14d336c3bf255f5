/** Notebooks run, and show what is stored in them: the same figures on every machine. */
import { globSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { executed, notebookText, readNotebook } from "../../scripts/notebooks/notebook.ts";

const files = globSync("notebooks/*.ipynb").toSorted();

test("there are notebooks", () => expect(files.length).toBeGreaterThanOrEqual(2));

test.each(files)("%s shows what is stored in it", (file) => {
  const stored = readNotebook(file);
  expect(notebookText(executed(file, stored))).toBe(notebookText(stored));
});

test("a cell that fails ends the run with its complaint, and leaves no program behind", () => {
  const folder = mkdtempSync(join(tmpdir(), "camelid-notebook-"));
  try {
    const file = join(folder, "broken.ipynb");
    const source = ["console.log('before');\n", "throw new Error('cell broke');"];
    writeFileSync(file, JSON.stringify({ cells: [{ cell_type: "code", source, outputs: [], execution_count: null }] }));
    expect(() => executed(file, readNotebook(file))).toThrow("cell broke");
    expect(globSync(join(folder, ".*"))).toEqual([]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("what is no notebook is refused in one line", () => {
  expect(() => readNotebook("README.md")).toThrow(/^README\.md: expected a notebook \(.*\)$/);
  expect(() => readNotebook("package.json")).toThrow(/^package\.json: expected a notebook, with a list of cells$/);
});
