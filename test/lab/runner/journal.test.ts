import { appendFileSync, existsSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Journal } from "../../../src/lab/runner/journal.ts";
import { scratchFolder } from "../../inference/gguf/scratch.ts";

interface Row {
  readonly cell: number;
  readonly wallMs: number;
}

const root = scratchFolder();
const open = (identity: object) => Journal.open<Row>(root, "figure-1", identity);
const row = (cell: number): Row => ({ cell, wallMs: cell + 1 / 3 });

test("what is added is there when the same run opens it again, to the last digit", () => {
  const journal = open({ seed: "a" });
  expect(journal.rows).toEqual([]);
  journal.add(row(1));
  journal.add(row(2));
  expect(open({ seed: "a" }).rows).toEqual([row(1), row(2)]);
});

test("another run has another journal", () => {
  open({ seed: "b", repeats: 1 }).add(row(1));
  expect(open({ seed: "b", repeats: 2 }).rows).toEqual([]);
  expect(open({ seed: "b" }).rows).toEqual([]);
});

test("nothing is written before the first row, and nothing is left after the last", () => {
  const journal = open({ seed: "c" });
  expect(existsSync(journal.path)).toBe(false);
  journal.add(row(1));
  expect(readFileSync(journal.path, "utf8")).toBe(`${JSON.stringify(row(1))}\n`);
  journal.remove();
  expect(existsSync(journal.path)).toBe(false);
  journal.remove();
});

test("wherever a kill cut the last write, the rows before it stay, and the next row is whole", () => {
  const lines = [1, 2, 3].map((cell) => `${JSON.stringify(row(cell))}\n`).join("");
  fc.assert(
    fc.property(fc.nat(lines.length), (cut) => {
      const { path } = open({ seed: "d" });
      writeFileSync(path, lines.slice(0, cut));
      const whole = lines.slice(0, cut).split("\n").length - 1;
      const journal = open({ seed: "d" });
      expect(journal.rows).toEqual([1, 2, 3].slice(0, whole).map(row));
      journal.add(row(9));
      expect(open({ seed: "d" }).rows).toEqual([...[1, 2, 3].slice(0, whole).map(row), row(9)]);
      expect(readdirSync(join(path, "..")).filter((name) => name.includes(".tmp-"))).toEqual([]);
      rmSync(path);
    }),
  );
});

test("a broken line ends what is trusted", () => {
  const { path } = open({ seed: "e" });
  writeFileSync(path, `${JSON.stringify(row(1))}\n\0\0\0\n${JSON.stringify(row(2))}\n`);
  expect(open({ seed: "e" }).rows).toEqual([row(1)]);
  expect(readFileSync(path, "utf8")).toBe(`${JSON.stringify(row(1))}\n`);
});

test("a whole journal is opened without being written", () => {
  const { path } = open({ seed: "f" });
  writeFileSync(path, `${JSON.stringify(row(1))}\n`);
  appendFileSync(path, '{ "cell": 2, "wallMs": 2 }\n'); // as another writer would put it
  open({ seed: "f" });
  expect(open({ seed: "f" }).rows).toEqual([row(1), { cell: 2, wallMs: 2 }]);
});

test.skipIf(!existsSync("/dev/full"))("a full disk is said in one line, and the row does not count", () => {
  const journal = open({ seed: "g" });
  symlinkSync("/dev/full", journal.path);
  expect(() => journal.add(row(1))).toThrow(
    `${journal.path}: cannot be written: the disk is full; free some space or choose another results folder`,
  );
  expect(journal.rows).toEqual([]);
  rmSync(journal.path); // the link
});

test("a file in the folder's place is said in one line", () => {
  writeFileSync(join(root, "file"), "");
  expect(() => Journal.open(join(root, "file"), "figure-1", {})).toThrow(
    /cannot be written: something on the way there is a file, not a folder/,
  );
});
