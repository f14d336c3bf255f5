/** Transcripts by content on disk: what was computed once is never computed again, by any process on this machine. */

import { dirname } from "node:path";
import { DatabaseSync, type StatementSync } from "node:sqlite";
import { makeFolder } from "../make-folder.ts";
import { type Engine, type Transcript, transcriptKey } from "../transcript.ts";
import { decodeTranscript, encodeTranscript, TranscriptDamageError } from "../transcript-codec.ts";
import { canonicalJson } from "../transcript-json.ts";
import { TranscriptStoreError } from "./errors.ts";
import { prepareSchema } from "./schema.ts";

export interface TranscriptStoreOptions {
  /** Told one line whenever a damaged transcript is set aside. */
  readonly onProblem?: (line: string) => void;
}

const busyTimeoutMs = 10_000;

/**
 * An SQLite file in WAL mode. Several processes may read and write it at once; a transcript that `add` returned from
 * survives the death of the process (not a power failure in the same second: `synchronous` is NORMAL).
 */
export class TranscriptStore {
  readonly path: string;
  readonly #database: DatabaseSync;
  readonly #onProblem: (line: string) => void;
  readonly #statements: Readonly<Record<keyof typeof statements, StatementSync>>;

  private constructor(path: string, database: DatabaseSync, { onProblem = () => {} }: TranscriptStoreOptions) {
    this.path = path;
    this.#database = database;
    this.#onProblem = onProblem;
    this.#statements = Object.fromEntries(
      Object.entries(statements).map(([name, sql]) => [name, database.prepare(sql)]),
    ) as Record<keyof typeof statements, StatementSync>;
  }

  /**
   * Opens a store, creating it and its folder where there is none; ":memory:" keeps it in memory.
   * Errors: TranscriptStoreError `not-a-store`, `older-schema`, `newer-schema`, `cannot-open`.
   */
  static open(path: string, options: TranscriptStoreOptions = {}): TranscriptStore {
    let database: DatabaseSync | undefined;
    try {
      if (path !== ":memory:") makeFolder(dirname(path));
      database = new DatabaseSync(path, { timeout: busyTimeoutMs });
      prepareSchema(database, path);
      untilFree(() => database!.exec("pragma journal_mode = wal; pragma synchronous = normal;"));
      return new TranscriptStore(path, database, options);
    } catch (error) {
      database?.close();
      throw asStoreError(error, path);
    }
  }

  has(key: string): boolean {
    return this.#read(() => this.#statements.has.get(bytes(key))) !== undefined;
  }

  /**
   * The transcript under this key, or undefined. One that fails its checksum, or is not what its key says, is moved to the
   * table `quarantine`, reported, and missing from then on, so that it is computed again. Errors: `damaged-store` when
   * SQLite's own pages are.
   */
  get(key: string): Transcript | undefined {
    const row = this.#read(() => this.#statements.get.get(bytes(key)));
    if (row === undefined) return undefined;
    const body = row["body"] as Uint8Array;
    try {
      const transcript = decodeTranscript(body);
      if (transcriptKey(transcript.identity) !== key)
        throw new TranscriptDamageError("damaged", "it is the transcript of another key");
      return transcript;
    } catch (error) {
      if (!(error instanceof TranscriptDamageError)) throw error;
      this.#setAside(key, body, error.message);
      const name = `${row["strategy"]}, seed ${row["seed"]}, key ${key.slice(0, 12)}`;
      this.#onProblem(`${this.path}: transcript (${name}): ${error.message}; set aside, to be computed again`);
      return undefined;
    }
  }

  /** Stores a transcript unless its key is there already. Errors: `cannot-write` (a full disk, a lock held for 10 s). */
  add(transcript: Transcript): void {
    const { identity } = transcript;
    const { name } = identity.strategy;
    const key = bytes(transcriptKey(identity));
    const body = encodeTranscript(transcript);
    this.#write(() => {
      this.#statements.add.run(key, name, identity.job.seed, body);
      this.#statements.addEngine.run(canonicalJson(identity.scoredBy.engine));
    });
  }

  /** Every transcript, by key; damaged ones are set aside on the way. */
  *transcripts(): Generator<Transcript> {
    const rows = this.#read(() => this.#statements.keys.all());
    const keys = rows.map((row) => Buffer.from(row["key"] as Uint8Array).toString("hex"));
    for (const key of keys) {
      const transcript = this.get(key);
      if (transcript !== undefined) yield transcript;
    }
  }

  count(): number {
    return this.#read(() => this.#statements.count.get())!["count"] as number;
  }

  /** What was set aside. */
  quarantined(): { key: string; problem: string }[] {
    return this.#read(() => this.#statements.quarantined.all()).map((row) => ({
      key: Buffer.from(row["key"] as Uint8Array).toString("hex"),
      problem: row["problem"] as string,
    }));
  }

  /** The engines that scored what is here, in order of their canonical JSON. Claims may come from other CPU kernels. */
  engines(): Engine[] {
    return this.#read(() => this.#statements.engines.all()).map(
      (row) => JSON.parse(row["identity"] as string) as Engine,
    );
  }

  /** Tokens of a prompt text as the model of this root reads it. */
  promptTokens(modelRoot: string, text: string): number[] | undefined {
    const row = this.#read(() => this.#statements.prompt.get(modelRoot, text));
    return row === undefined ? undefined : (JSON.parse(row["tokens"] as string) as number[]);
  }

  addPromptTokens(modelRoot: string, text: string, tokens: readonly number[]): void {
    this.#write(() => this.#statements.addPrompt.run(modelRoot, text, JSON.stringify(tokens)));
  }

  /** Every prompt, in order of root and text. */
  prompts(): { modelRoot: string; text: string; tokens: number[] }[] {
    return this.#read(() => this.#statements.prompts.all()).map((row) => ({
      modelRoot: row["model_root"] as string,
      text: row["text"] as string,
      tokens: JSON.parse(row["tokens"] as string) as number[],
    }));
  }

  /** Runs `work` as one transaction: all of what it adds, or nothing. Faster than one by one. */
  transaction(work: () => void): void {
    this.#write(work);
  }

  close(): void {
    this.#database.close();
  }

  #setAside(key: string, body: Uint8Array, problem: string): void {
    this.#write(() => {
      // Only this body: another process may have replaced it by a good one since.
      const { changes } = this.#statements.remove.run(bytes(key), body);
      if (Number(changes) > 0) this.#statements.quarantine.run(bytes(key), problem, body);
    });
  }

  #read<Value>(work: () => Value): Value {
    try {
      return work();
    } catch (error) {
      throw asStoreError(error, this.path);
    }
  }

  #write(work: () => void): void {
    if (this.#database.isTransaction) {
      work();
      return;
    }
    try {
      this.#database.exec("begin immediate");
      try {
        work();
        this.#database.exec("commit");
      } catch (error) {
        if (this.#database.isTransaction) this.#database.exec("rollback");
        throw error;
      }
    } catch (error) {
      throw asStoreError(error, this.path, "cannot-write");
    }
  }
}

/** SQLite does not wait by itself where a new database is switched to WAL while another process opens it, too. */
function untilFree(work: () => void): void {
  const giveUpAt = Date.now() + busyTimeoutMs;
  for (;;) {
    try {
      work();
      return;
    } catch (error) {
      if (((error as { errcode?: number }).errcode ?? 0) % 256 !== 5 || Date.now() > giveUpAt) throw error;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 10);
    }
  }
}

const statements = {
  has: "select 1 from transcripts where key = ?",
  get: "select strategy, seed, body from transcripts where key = ?",
  add: "insert into transcripts (key, strategy, seed, body) values (?, ?, ?, ?) on conflict do nothing",
  remove: "delete from transcripts where key = ? and body = ?",
  keys: "select key from transcripts order by key",
  count: "select count(*) as count from transcripts",
  quarantine: "insert into quarantine (key, problem, body) values (?, ?, ?)",
  quarantined: "select key, problem from quarantine order by key, problem",
  engines: "select identity from engines order by identity",
  addEngine: "insert into engines (identity) values (?) on conflict do nothing",
  prompt: "select tokens from prompts where model_root = ? and text = ?",
  addPrompt: "insert into prompts (model_root, text, tokens) values (?, ?, ?) on conflict do nothing",
  prompts: "select model_root, text, tokens from prompts order by model_root, text",
} as const;

function bytes(key: string): Buffer {
  return Buffer.from(key, "hex");
}

function asStoreError(error: unknown, path: string, otherwise: "cannot-open" | "cannot-write" = "cannot-open"): Error {
  const { errcode, errstr, code, message } = error as NodeJS.ErrnoException & { errcode?: number; errstr?: string };
  const notADatabase = errcode === 26;
  if (notADatabase)
    return new TranscriptStoreError(
      "not-a-store",
      `${path}: not an SQLite database, so no transcript store; name another file, which will be created`,
      { cause: error },
    );
  if (errcode !== undefined && (errcode & 0xff) === 11)
    return new TranscriptStoreError(
      "damaged-store",
      `${path}: the database itself is damaged (${errstr}); restore it or its exported file, or remove it: what is missing is computed again`,
      { cause: error },
    );
  if (code !== "ERR_SQLITE_ERROR" && !(otherwise === "cannot-open" && /^E[A-Z]+$/.test(code ?? "")))
    return error as Error;
  const busy = errcode !== undefined && (errcode & 0xff) === 5;
  const remedy = busy
    ? `another process held it for ${busyTimeoutMs / 1000} s; wait for it, or use a store of its own`
    : "check the folder, its permissions and the free space, or name another file";
  return new TranscriptStoreError(otherwise, `${path}: ${errstr ?? message}: ${remedy}`, { cause: error });
}
