import { closeSync, openSync, readFileSync, rmSync, writeSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { beforeAll, describe, expect, test } from "vitest";
import { camelid, ended, start } from "../../cli/camelid.ts";
import { scratchFolder } from "../../inference/gguf/scratch.ts";
import { rowsIn, runsIn, undrawnSweepInto } from "./small-sweep.ts";

const scratch = scratchFolder();
const store = join(scratch, "transcripts.sqlite");
const withStore = (results: string, ...more: string[]) =>
  undrawnSweepInto(join(scratch, results), "--set", `store=${store}`, ...more);
let rows: string;

beforeAll(async () => {
  const { code, err } = await camelid(...withStore("undisturbed"));
  if (code !== 0) throw new Error(err);
  rows = rowsIn(join(scratch, "undisturbed"));
});

/** The command's last line; before it stand the lines of its progress. */
function lastLine({ err, out, code }: Awaited<ReturnType<typeof camelid>>): string {
  expect([code, out]).toEqual([2, ""]);
  return err.trimEnd().split("\n").at(-1)!;
}

function change(sql: string): void {
  const database = new DatabaseSync(store);
  database.exec(`${sql}; pragma wal_checkpoint(truncate)`);
  database.close();
}

test("a transcript whose checksum fails is named, set aside and computed again", async () => {
  const database = new DatabaseSync(store);
  const { key, body } = database.prepare("select key, body from transcripts where strategy = 'truncation'").get()!;
  const damaged = Buffer.from(body as Uint8Array);
  damaged[damaged.length - 9]! ^= 0x10;
  database.prepare("update transcripts set body = ? where key = ?").run(damaged, key as Uint8Array);
  database.close();

  const { code, err } = await camelid(...withStore("checksum"));
  expect(code).toBe(0);
  const name = `truncation, seed \\d+, key ${Buffer.from(key as Uint8Array)
    .toString("hex")
    .slice(0, 12)}`;
  expect(err).toMatch(new RegExp(`transcript \\(${name}\\): .*; set aside, to be computed again\n`));
  expect(rowsIn(join(scratch, "checksum"))).toBe(rows);
  const after = new DatabaseSync(store, { readOnly: true });
  expect(after.prepare("select count(*) as set_aside from quarantine").get()).toEqual({ set_aside: 1 });
  expect(after.prepare("select body from transcripts where key = ?").get(key as Uint8Array)).toEqual({ body });
  after.close();
});

describe("a store that cannot be used ends the run in one line, and nothing is written", () => {
  test("of an older version", async () => {
    const version = new DatabaseSync(store, { readOnly: true });
    const { user_version: current } = version.prepare("pragma user_version").get()!;
    version.close();
    change("pragma user_version = 0");
    expect(lastLine(await camelid(...withStore("older")))).toMatch(
      /transcripts\.sqlite: a transcript store of schema 0, and this program reads \d+; export it with the program that wrote it/,
    );
    expect(runsIn(join(scratch, "older"))).toEqual([]);
    change(`pragma user_version = ${current}`);
  });

  test("with a broken page; without that file the same command computes everything again", async () => {
    change("vacuum");
    const pageBytes = 4096;
    const file = openSync(store, "r+");
    for (let at = pageBytes; at < readFileSync(store).length; at += pageBytes)
      writeSync(file, Buffer.alloc(64, 0xa5), 0, 64, at);
    closeSync(file);
    expect(lastLine(await camelid(...withStore("page")))).toMatch(
      /transcripts\.sqlite: the database itself is damaged .*; restore it or its exported file, or remove it/,
    );
    expect(runsIn(join(scratch, "page"))).toEqual([]);
    for (const end of ["", "-wal", "-shm"]) rmSync(`${store}${end}`, { force: true });
    expect((await camelid(...withStore("page"))).code).toBe(0);
    expect(rowsIn(join(scratch, "page"))).toBe(rows);
  });
});

test("two processes that want the same transcripts at once share a store", async () => {
  for (const end of ["", "-wal", "-shm"]) rmSync(`${store}${end}`, { force: true });
  const both = [start(...withStore("one")), start(...withStore("other"))].map(ended);
  for (const { code, err } of await Promise.all(both)) expect([code, err.includes("camelid:")]).toEqual([0, false]);
  for (const results of ["one", "other"]) expect(rowsIn(join(scratch, results))).toBe(rows);
});
