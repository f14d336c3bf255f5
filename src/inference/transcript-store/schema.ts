/** The tables of a store, and the refusal of files that are something else. */
import type { DatabaseSync } from "node:sqlite";
import { TranscriptStoreError } from "./errors.ts";

/** "CTRS" as SQLite's application id: tells a store from any other database. */
const applicationId = 0x43545253;
const schemaVersion = 1;

const tables = `
  create table transcripts (
    key blob primary key,       -- SHA-256 of the identity
    strategy text not null,     -- for people who look into the file
    seed integer not null,
    body blob not null          -- transcript-codec.ts
  ) without rowid;
  create table quarantine (     -- bodies that failed their check, kept for whoever wants to know why
    key blob not null,
    problem text not null,
    body blob not null
  );
  create table engines (identity text primary key) without rowid;  -- canonical JSON of every engine that scored
  create table prompts (        -- tokens of every prompt text, so that a store answers without a model
    model_root text not null,
    text text not null,
    tokens text not null,       -- JSON array
    primary key (model_root, text)
  ) without rowid;
`;

/** Makes an empty database a store; leaves a store of this version alone; refuses everything else. */
export function prepareSchema(database: DatabaseSync, path: string): void {
  database.exec("begin immediate"); // two processes may open a new store at once: one makes it, the other waits
  try {
    const id = pragma(database, "application_id");
    const version = pragma(database, "user_version");
    const isEmpty = database.prepare("select count(*) as tables from sqlite_schema").get()!["tables"] === 0;
    if (isEmpty && id === 0) {
      database.exec(`${tables} pragma application_id = ${applicationId}; pragma user_version = ${schemaVersion};`);
    } else if (id !== applicationId) {
      throw new TranscriptStoreError(
        "not-a-store",
        `${path}: an SQLite database, but no transcript store; name another file, which will be created`,
      );
    } else if (version < schemaVersion) {
      throw new TranscriptStoreError(
        "older-schema",
        `${path}: a transcript store of schema ${version}, and this program reads ${schemaVersion}; ` +
          "export it with the program that wrote it and import the file into a new store, or name another file",
      );
    } else if (version > schemaVersion) {
      throw new TranscriptStoreError(
        "newer-schema",
        `${path}: a transcript store of schema ${version}, and this program reads ${schemaVersion}; ` +
          "use the newer program that wrote it, or name another file",
      );
    }
    database.exec("commit");
  } catch (error) {
    if (database.isTransaction) database.exec("rollback"); // SQLite has done so itself when the disk is full
    throw error;
  }
}

function pragma(database: DatabaseSync, name: string): number {
  return database.prepare(`pragma ${name}`).get()![name] as number;
}
