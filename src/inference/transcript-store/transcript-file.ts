/**
 * A store as one compact file, to be committed beside results: "CTRF", version (1 byte), SHA-256 of the content, content (zstd).
 * Content: prompts as JSON (u32 length before it), then each transcript's payload (u32 length before it), in order of key.
 * One compression over all of them finds what they share, which is most of each header.
 */
import { createHash } from "node:crypto";
import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { z } from "zod";
import { readBoundedFile } from "../text-file.ts";
import { decodePayload, encodePayload, payloadKey, TranscriptDamageError } from "../transcript-codec.ts";
import { TranscriptStoreError } from "./errors.ts";
import type { TranscriptStore } from "./store.ts";

const magic = Buffer.from("CTRF");
const version = 2;
/** More than a Buffer takes; a device, which may never end, is refused whatever its size. */
const mostBytes = 2e9;
const contentAt = magic.length + 1 + 32;
const promptsSchema = z.array(z.strictObject({ modelRoot: z.string(), text: z.string(), tokens: z.array(z.int()) }));

/** Writes the whole store, whole or not at all; the same store gives the same bytes. Returns how many transcripts. */
export function exportTranscripts(store: TranscriptStore, path: string): number {
  const parts: Buffer[] = [Buffer.from(JSON.stringify(store.prompts()))];
  for (const transcript of store.transcripts()) parts.push(encodePayload(transcript));
  const content = Buffer.concat(parts.flatMap((part) => [u32(part.length), part]));
  const compressed = zstdCompressSync(content, {
    params: {
      [constants.ZSTD_c_compressionLevel]: 19,
      [constants.ZSTD_c_enableLongDistanceMatching]: 1,
      [constants.ZSTD_c_windowLog]: 27,
    },
  });
  writeAtomically(path, Buffer.concat([magic, Buffer.from([version]), sha256(content), compressed]));
  return parts.length - 1;
}

/**
 * Adds a file's transcripts to a store, all or none; those it has already stay as they are. Returns how many the file holds.
 * Errors: `not-a-transcript-file`, `damaged-transcript-file`.
 */
export function importTranscripts(store: TranscriptStore, path: string): number {
  const { prompts, payloads } = readParts(path);
  let at = 0;
  try {
    store.transaction(() => {
      for (const { modelRoot, text, tokens } of prompts) store.addPromptTokens(modelRoot, text, tokens);
      for (at = 0; at < payloads.length; at++) {
        const payload = payloads[at]!;
        if (!store.has(payloadKey(payload))) store.add(decodePayload(payload));
      }
    });
  } catch (error) {
    // A checksum is anybody's to compute: what it covers may still be no transcript.
    if (!(error instanceof TranscriptDamageError)) throw error;
    throw refusalOf(path)("damaged-transcript-file", `transcript ${at + 1} is damaged (${error.message})`, error);
  }
  return payloads.length;
}

interface Parts {
  readonly prompts: z.output<typeof promptsSchema>;
  readonly payloads: readonly Buffer[];
}

function refusalOf(path: string) {
  return (code: "not-a-transcript-file" | "damaged-transcript-file", problem: string, cause?: unknown) =>
    new TranscriptStoreError(code, `${path}: ${problem}; restore it, or compute afresh (--inference live)`, { cause });
}

function readParts(path: string): Parts {
  const refuse = refusalOf(path);
  let file: Buffer;
  try {
    file = readBoundedFile(path, mostBytes);
  } catch (error) {
    throw refuse("not-a-transcript-file", `cannot be read (${(error as NodeJS.ErrnoException).code})`, error);
  }
  if (file.length < contentAt || !file.subarray(0, magic.length).equals(magic))
    throw refuse("not-a-transcript-file", "no file of exported transcripts");
  const found = file[magic.length];
  if (found !== version) throw refuse("not-a-transcript-file", `version ${found}, and this program reads ${version}`);
  try {
    const content = zstdDecompressSync(file.subarray(contentAt), { params: { [constants.ZSTD_d_windowLogMax]: 27 } });
    if (!sha256(content).equals(file.subarray(magic.length + 1, contentAt)))
      throw new Error("the checksum does not match the content");
    const [prompts, ...payloads] = split(content);
    return { prompts: promptsSchema.parse(JSON.parse(prompts!.toString())), payloads };
  } catch (cause) {
    throw refuse("damaged-transcript-file", `damaged (${(cause as Error).message})`, cause);
  }
}

function split(content: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  for (let at = 0; at < content.length; ) {
    const end = at + 4 + content.readUInt32LE(at);
    parts.push(content.subarray(at + 4, end));
    at = end;
  }
  return parts;
}

/** Under its name there is always the old file or the new one. */
function writeAtomically(path: string, content: Buffer): void {
  const temporary = `${path}.tmp-${process.pid}`;
  try {
    const file = openSync(temporary, "w");
    try {
      writeFileSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (cause) {
    rmSync(temporary, { force: true });
    throw new TranscriptStoreError("cannot-write", `${path}: cannot be written (${(cause as Error).message})`, {
      cause,
    });
  }
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value);
  return bytes;
}

function sha256(bytes: Uint8Array): Buffer {
  return createHash("sha256").update(bytes).digest();
}
