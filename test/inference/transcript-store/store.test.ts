import { type ChildProcess, spawn } from "node:child_process";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { transcriptKey } from "../../../src/inference/transcript.ts";
import { TranscriptStore } from "../../../src/inference/transcript-store/store.ts";
import { scratchFolder } from "../../support/scratch.ts";
import { madeUpEngine, madeUpIdentity, madeUpTranscript } from "../../support/transcripts.ts";

const folder = scratchFolder();
const fresh = (name: string) => join(folder, name, "transcripts.sqlite");
const key = (seed: number) => transcriptKey(madeUpIdentity(seed));

describe("a transcript store", () => {
  test("what was added is found again by a later process, and nothing else is", () => {
    const path = fresh("found");
    const first = TranscriptStore.open(path);
    first.add(madeUpTranscript(1));
    first.add(madeUpTranscript(2, 7));
    first.addPromptTokens("aa", "Once upon a time", [1, 17, 300]);
    first.close();

    const store = TranscriptStore.open(path);
    expect(store.get(key(1))).toEqual(madeUpTranscript(1));
    expect(store.get(key(2))).toEqual(madeUpTranscript(2, 7));
    expect(store.get(key(3))).toBeUndefined();
    expect(store.has(key(1)) && !store.has(key(3))).toBe(true);
    expect(store.engines()).toEqual([madeUpEngine]);
    expect(store.promptTokens("aa", "Once upon a time")).toEqual([1, 17, 300]);
    expect(store.promptTokens("bb", "Once upon a time")).toBeUndefined();
    store.close();
  });

  test("the first transcript under a key stays", () => {
    const store = TranscriptStore.open(":memory:");
    store.add(madeUpTranscript(1));
    store.add({ ...madeUpTranscript(1), outputTokens: madeUpTranscript(2).outputTokens });
    expect(store.get(key(1))).toEqual(madeUpTranscript(1));
    expect(store.count()).toBe(1);
  });

  test("a damaged transcript is named, set aside and missing, and can be computed again", () => {
    const path = fresh("damaged");
    const problems: string[] = [];
    const store = TranscriptStore.open(path, { onProblem: (line) => problems.push(line) });
    store.add(madeUpTranscript(1));
    store.add(madeUpTranscript(2));
    damage(path, key(1));

    expect(store.get(key(1))).toBeUndefined();
    expect(problems).toEqual([
      `${path}: transcript (honest, seed 1, key ${key(1).slice(0, 12)}): ` +
        "the checksum does not match the content; set aside, to be computed again",
    ]);
    expect(store.quarantined()).toEqual([{ key: key(1), problem: "the checksum does not match the content" }]);
    expect(store.get(key(2))).toEqual(madeUpTranscript(2));

    store.add(madeUpTranscript(1));
    expect(store.get(key(1))).toEqual(madeUpTranscript(1));
    expect(store.quarantined()).toHaveLength(1);
    store.close();
  });

  test("a sound transcript under another's key is not believed", () => {
    const path = fresh("swapped");
    const store = TranscriptStore.open(path);
    store.add(madeUpTranscript(1));
    store.add(madeUpTranscript(2));
    const database = new DatabaseSync(path);
    database
      .prepare("update transcripts set body = (select body from transcripts where key = ?) where key = ?")
      .run(Buffer.from(key(2), "hex"), Buffer.from(key(1), "hex"));
    database.close();
    expect(store.get(key(1))).toBeUndefined();
    expect(store.quarantined()).toEqual([{ key: key(1), problem: "it is the transcript of another key" }]);
    store.close();
  });

  test("damage to the database's own pages is one clear line that says what to do", () => {
    const path = fresh("pages");
    const store = TranscriptStore.open(path);
    for (let seed = 0; seed < 60; seed++) store.add(madeUpTranscript(seed));
    store.close();
    const file = readFileSync(path);
    writeFileSync(path, file.fill(0xff, 6 * 4096));
    const damaged = TranscriptStore.open(path);
    expect(() => [...damaged.transcripts()]).toThrow(
      expect.objectContaining({
        code: "damaged-store",
        message: expect.stringMatching(/transcripts\.sqlite: the database itself is damaged .* or remove it/),
      }),
    );
    damaged.close();
  });

  test("a store of another schema is refused with what to do, and left as it was", () => {
    const path = fresh("schema");
    TranscriptStore.open(path).close();
    const setVersion = (version: number) => {
      const database = new DatabaseSync(path);
      database.exec(`pragma user_version = ${version}`);
      database.close();
    };
    setVersion(0);
    expect(() => TranscriptStore.open(path)).toThrow(
      expect.objectContaining({
        code: "older-schema",
        message: expect.stringMatching(/schema 0, and this program reads 1; export it .* or name another file/),
      }),
    );
    setVersion(2);
    expect(() => TranscriptStore.open(path)).toThrow(
      expect.objectContaining({ code: "newer-schema", message: expect.stringContaining("use the newer program") }),
    );
    setVersion(1);
    TranscriptStore.open(path).close();
  });

  test("what is no store is refused: a text file, somebody else's database, a folder", () => {
    const notes = join(folder, "notes.txt");
    writeFileSync(notes, "these are my notes, and they are longer than an SQLite header is. ".repeat(20));
    const other = join(folder, "other.sqlite");
    const database = new DatabaseSync(other);
    database.exec("create table recipes (name text)");
    database.close();
    const refusal = (path: string) => {
      try {
        TranscriptStore.open(path);
      } catch (error) {
        return error as { code: string; message: string };
      }
      throw new Error("opened");
    };
    expect(refusal(notes)).toMatchObject({ code: "not-a-store", message: expect.stringContaining(`${notes}: not an`) });
    expect(refusal(other)).toMatchObject({
      code: "not-a-store",
      message: expect.stringContaining("no transcript store"),
    });
    expect(refusal(folder)).toMatchObject({ code: "cannot-open", message: expect.stringContaining(folder) });
    expect(refusal(join(notes, "in a file"))).toMatchObject({ code: "cannot-open" });
  });
});

describe("a store shared by processes", () => {
  test("three at once, with overlapping work, from an empty folder: everything is there once", async () => {
    const path = fresh("shared");
    const ranges = [
      [0, 120],
      [60, 180],
      [0, 180],
    ];
    const ends = await Promise.all(ranges.map(([from, to]) => finished(write(path, from!, to!))));
    expect(ends.map(({ code, errors }) => ({ code, errors }))).toEqual(ranges.map(() => ({ code: 0, errors: "" })));
    const store = TranscriptStore.open(path);
    expect(store.count()).toBe(180);
    for (let seed = 0; seed < 180; seed++) expect(store.get(key(seed))).toEqual(madeUpTranscript(seed));
    store.close();
  });

  test("kill -9 in the middle: whatever was reported finished is there, and the rest can be added", async () => {
    const path = fresh("killed");
    const writer = write(path, 0, 100_000);
    const said: number[] = [];
    writer.stdout!.setEncoding("utf8");
    await new Promise<void>((resolve) => {
      let text = "";
      writer.stdout!.on("data", (part: string) => {
        text += part;
        const lines = text.split("\n");
        text = lines.pop()!;
        said.push(...lines.map(Number));
        if (said.length >= 40) writer.kill("SIGKILL");
      });
      writer.on("close", () => resolve());
    });
    expect(writer.signalCode).toBe("SIGKILL");
    const store = TranscriptStore.open(path);
    for (const seed of said) expect(store.get(key(seed))).toEqual(madeUpTranscript(seed));
    const [next] = [said.length + 5];
    store.add(madeUpTranscript(next));
    expect(store.get(key(next))).toEqual(madeUpTranscript(next));
    expect(store.quarantined()).toEqual([]);
    store.close();
  });
});

function write(path: string, from: number, to: number): ChildProcess {
  const script = fileURLToPath(new URL("./writer.ts", import.meta.url));
  return spawn(process.execPath, [script, path, String(from), String(to)], { stdio: ["ignore", "pipe", "pipe"] });
}

async function finished(writer: ChildProcess): Promise<{ code: number | null; errors: string }> {
  const closed = new Promise<number | null>((resolve) => writer.on("close", resolve));
  const [, errors] = await Promise.all([text(writer.stdout!), text(writer.stderr!)]);
  return { code: await closed, errors };
}

/** Flips a bit of a stored body, in its checksum. */
function damage(path: string, key: string): void {
  const database = new DatabaseSync(path);
  const where = Buffer.from(key, "hex");
  const body = Buffer.from(
    database.prepare("select body from transcripts where key = ?").get(where)!["body"] as Uint8Array,
  );
  body[20]! ^= 1;
  database.prepare("update transcripts set body = ? where key = ?").run(body, where);
  database.close();
}
