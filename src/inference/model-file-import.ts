import { createReadStream, createWriteStream } from "node:fs";
import { lstat, mkdir, rename, rm, stat, symlink } from "node:fs/promises";
import { basename, join, resolve } from "node:path";
import { pipeline } from "node:stream/promises";
import { modelFacts } from "./gguf/facts.ts";
import { readGgufHeader } from "./gguf/read-header.ts";
import { modelIdentity } from "./model-file.ts";
import { fromSystemError, ModelFileError } from "./model-file-error.ts";
import { type ManifestEntry, manifestEntry, readManifest, writeManifest } from "./model-file-manifest.ts";

export interface ImportOptions {
  readonly source: string;
  /** Models folder; made if absent. */
  readonly folder: string;
  /** Link to the file where it lies instead of copying it. */
  readonly link?: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (doneBytes: number, totalBytes: number) => void;
}

/**
 * Brings a GGUF file into a models folder under its own name and enters it in the folder's manifest. What is entered is read back
 * from the folder. On an error nothing is left there. Throws ModelFileError.
 */
export async function importModel({ source, folder, link = false, signal, onProgress }: ImportOptions): Promise<{
  path: string;
  entry: ManifestEntry;
}> {
  const { splitFiles } = modelFacts(readGgufHeader(source));
  if (splitFiles > 1)
    throw new ModelFileError({
      code: "unsupported",
      path: source,
      place: "split.count",
      problem: `this is one of ${splitFiles} parts of a model`,
      remedy: "join them with 'llama-gguf-split --merge' and import the result",
    });

  const name = basename(source);
  const path = join(folder, name);
  const temporary = `${path}.tmp-${process.pid}`;
  try {
    await mkdir(folder, { recursive: true });
    await refuseExisting(path);
    const { size } = await stat(source);
    // Copying, then reading back.
    const steps = link ? 1 : 2;
    const progress = (step: number) => (done: number) => onProgress?.(step * size + done, steps * size);
    if (link) await symlink(resolve(source), temporary);
    else await copy(source, temporary, signal, progress(0));
    const identity = await modelIdentity(temporary, {
      withSha256: true,
      onProgress: progress(steps - 1),
      ...(signal && { signal }),
    });
    const entry = manifestEntry(identity);
    const entries = await readManifest(folder);
    await rename(temporary, path);
    await writeManifest(folder, entries.set(name, entry)).catch(async (error) => {
      await rm(path);
      throw error;
    });
    return { path, entry };
  } catch (error) {
    await rm(temporary, { force: true });
    if (signal?.aborted)
      throw new ModelFileError({
        code: "interrupted",
        path,
        problem: "interrupted; nothing was kept",
        remedy: "start again when you like",
      });
    throw fromSystemError(error, path, "write");
  }
}

async function refuseExisting(path: string): Promise<void> {
  const there = await lstat(path).catch(() => undefined);
  if (there)
    throw new ModelFileError({
      code: "exists",
      path,
      problem: "a model of this name is there already",
      remedy: "rename one of them",
    });
}

async function copy(
  source: string,
  target: string,
  signal: AbortSignal | undefined,
  onProgress: (doneBytes: number) => void,
): Promise<void> {
  let done = 0;
  await pipeline(
    createReadStream(source, { highWaterMark: 1 << 20 }),
    async function* (pieces: AsyncIterable<Buffer>) {
      for await (const piece of pieces) {
        done += piece.length;
        onProgress(done);
        yield piece;
      }
    },
    createWriteStream(target),
    signal ? { signal } : {},
  );
}
