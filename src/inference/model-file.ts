import { createHash } from "node:crypto";
import { open, stat } from "node:fs/promises";
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
  const { chunkBytes, withSha256 = false, signal, onProgress } = options;
  const chunker = modelChunker(chunkBytes, () => createHash("sha256"));
  const wholeFile = withSha256 ? createHash("sha256") : undefined;
  try {
    const found = await stat(path);
    if (!found.isFile())
      throw notAFile(path, found.isDirectory() ? "a directory" : "something that is no regular file");
    await using file = await open(path, "r");
    const before = await file.stat();
    const buffer = Buffer.allocUnsafe(pieceBytes);
    let done = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, pieceBytes, done);
      if (bytesRead === 0) break;
      const piece = buffer.subarray(0, bytesRead);
      chunker.update(piece);
      wholeFile?.update(piece);
      done += bytesRead;
      onProgress?.(done, before.size);
      if (signal?.aborted)
        throw new ModelFileError({
          code: "interrupted",
          path,
          problem: "interrupted",
          remedy: "start again when you like",
        });
    }
    const after = await file.stat();
    if (done !== before.size || after.size !== before.size || after.mtimeMs !== before.mtimeMs)
      throw new ModelFileError({
        code: "changed",
        path,
        problem: "the file changed while it was read",
        remedy: "wait until nobody writes to it, then try again",
      });
  } catch (error) {
    throw fromSystemError(error, path, "read");
  }
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
