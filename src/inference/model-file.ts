import { createHash } from "node:crypto";
import type { BigIntStats } from "node:fs";
import { type FileHandle, open, stat } from "node:fs/promises";
import { modelChunker } from "../protocol/model-chunks.ts";
import { fromSystemError, ModelFileError, notAFile } from "./model-file-error.ts";

/** What a model file is, whatever it is called: hashes are lower-case hexadecimal. */
export interface ModelIdentity {
  /** The model's root as src/protocol/model-chunks.ts defines it. */
  readonly root: string;
  readonly fileBytes: number;
  readonly chunkBytes: number;
  /** Leaf hash of each chunk: tells which chunk of a damaged file is bad. */
  readonly chunks: readonly string[];
  /** SHA-256 of the whole file, as `sha256sum` prints it; only where asked for, since it doubles the work. */
  readonly sha256?: string;
}

export interface ModelIdentityOptions {
  /** Default: the protocol's. */
  readonly chunkBytes?: number;
  readonly withSha256?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (readBytes: number, totalBytes: number) => void;
}

const pieceBytes = 1 << 20;

/**
 * The identity of a model file, read once front to back: memory is one buffer of 1 MiB and 32 bytes a chunk.
 * Throws ModelFileError, also when the file changes under our eyes.
 */
export async function modelIdentity(path: string, options: ModelIdentityOptions = {}): Promise<ModelIdentity> {
  await using file = await OpenModelFile.open(path, options);
  return file.identity;
}

/** A model file held open, and what it is: whoever uses it afterwards can ask whether it still is. */
export class OpenModelFile implements AsyncDisposable {
  /** As the caller named it. */
  readonly path: string;
  readonly identity: ModelIdentity;
  readonly #file: FileHandle;
  readonly #stamp: BigIntStats;

  private constructor(path: string, identity: ModelIdentity, file: FileHandle, stamp: BigIntStats) {
    this.path = path;
    this.identity = identity;
    this.#file = file;
    this.#stamp = stamp;
  }

  /** For who reads the file by other means; it stays this object's. */
  get descriptor(): number {
    return this.#file.fd;
  }

  /** Errors: as `modelIdentity`. */
  static async open(path: string, options: ModelIdentityOptions = {}): Promise<OpenModelFile> {
    let file: FileHandle | undefined;
    try {
      const found = await stat(path);
      if (!found.isFile())
        throw notAFile(path, found.isDirectory() ? "a directory" : "something that is no regular file");
      file = await open(path, "r");
      const stamp = await file.stat({ bigint: true });
      const identity = rememberedIdentity(stamp, options) ?? (await computeIdentity(path, file, options));
      if (!isSameContent(stamp, await file.stat({ bigint: true })))
        throw changed(path, "the file changed while it was read");
      remember(stamp, options, identity);
      return new OpenModelFile(path, identity, file, stamp);
    } catch (error) {
      await file?.close();
      throw fromSystemError(error, path, "read");
    }
  }

  /**
   * Throws ModelFileError `changed` unless the path has led to this very file all the time since it was opened: moving it away and back
   * changes its ctime.
   */
  async requireInPlace(): Promise<void> {
    await this.requireUntouched();
    const there = await stat(this.path, { bigint: true }).catch(() => undefined);
    const { dev, ino, ctimeNs } = this.#stamp;
    if (there?.dev !== dev || there.ino !== ino || there.ctimeNs !== ctimeNs)
      throw changed(this.path, "the file was replaced while it was opened");
  }

  /** Throws ModelFileError `changed` where somebody wrote into the file: its weights are read when they are needed. */
  async requireUntouched(): Promise<void> {
    if (!isSameContent(this.#stamp, await this.#file.stat({ bigint: true })))
      throw changed(this.path, "somebody wrote into the file while it was in use");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#file.close();
  }
}

/** Throws ModelFileError `changed` unless the file is the one that is known by this root; a file read before is not read again. */
export async function requireModelRoot(path: string, root: string): Promise<void> {
  requireRoot(path, (await modelIdentity(path)).root, root);
}

export function requireRoot(path: string, found: string, expected: string): void {
  if (found === expected) return;
  throw new ModelFileError({
    code: "changed",
    path,
    problem: `expected the root ${expected.slice(0, 16)}..., with which this work began, found ${found.slice(0, 16)}...`,
    remedy: "the file was replaced meanwhile; put the first one back, or start again with the new one",
  });
}

/** Whether two looks at one file saw the same bytes, as far as the file system tells. Renaming a file changes none of these. */
function isSameContent(before: BigIntStats, after: BigIntStats): boolean {
  return before.size === after.size && before.mtimeNs === after.mtimeNs;
}

function changed(path: string, problem: string): ModelFileError {
  const remedy = "wait until nobody writes to it, then try again";
  return new ModelFileError({ code: "changed", path, problem, remedy });
}

/**
 * Identities of files that this process has read, by everything that changes with them, so that a large model is hashed once. Of a file
 * touched within the last seconds none is kept: it could change again within one tick of the file system's clock.
 */
const identities = new Map<string, ModelIdentity>();
const settledNs = 2_000_000_000n;

function memoryKey({ dev, ino, size, mtimeNs, ctimeNs }: BigIntStats, { chunkBytes }: ModelIdentityOptions): string {
  return [dev, ino, size, mtimeNs, ctimeNs, chunkBytes].join();
}

function rememberedIdentity(stamp: BigIntStats, options: ModelIdentityOptions): ModelIdentity | undefined {
  return options.withSha256 ? undefined : identities.get(memoryKey(stamp, options));
}

function remember(stamp: BigIntStats, options: ModelIdentityOptions, identity: ModelIdentity): void {
  const nowNs = BigInt(Date.now()) * 1_000_000n;
  if (stamp.mtimeNs < nowNs - settledNs && stamp.ctimeNs < nowNs - settledNs && !options.withSha256)
    identities.set(memoryKey(stamp, options), identity);
}

async function computeIdentity(
  path: string,
  file: FileHandle,
  { chunkBytes, withSha256 = false, signal, onProgress }: ModelIdentityOptions,
): Promise<ModelIdentity> {
  const chunker = modelChunker(chunkBytes, () => createHash("sha256"));
  const wholeFile = withSha256 ? createHash("sha256") : undefined;
  const { size } = await file.stat();
  const buffer = Buffer.allocUnsafe(pieceBytes);
  let done = 0;
  for (;;) {
    const { bytesRead } = await file.read(buffer, 0, pieceBytes, done);
    if (bytesRead === 0) break;
    const piece = buffer.subarray(0, bytesRead);
    chunker.update(piece);
    wholeFile?.update(piece);
    done += bytesRead;
    onProgress?.(done, size);
    if (signal?.aborted)
      throw new ModelFileError({
        code: "interrupted",
        path,
        problem: "interrupted",
        remedy: "start again when you like",
      });
  }
  if (done !== size) throw changed(path, "the file changed while it was read");
  const { manifest, root, leaves } = chunker.finish();
  return {
    root: hex(root),
    fileBytes: manifest.fileBytes,
    chunkBytes: manifest.chunkBytes,
    chunks: leaves.map(hex),
    ...(wholeFile && { sha256: wholeFile.digest("hex") }),
  };
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("hex");
}
