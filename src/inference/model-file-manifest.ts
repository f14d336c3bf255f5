import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { z } from "zod";
import { merkleRoot } from "../protocol/merkle.ts";
import { modelRoot } from "../protocol/model-chunks.ts";
import { type ModelIdentity, type ModelIdentityOptions, modelIdentity, OpenModelFile } from "./model-file.ts";
import { fromSystemError, ModelFileError } from "./model-file-error.ts";

/**
 * A folder's `manifest.json`: what each model file in it is meant to be, down to the hash of each chunk, so that damage can be
 * placed. Format: { "format": "camelid-models/1", "models": { file name: { bytes, sha256, root, chunkBytes, chunks } } }.
 */
const manifestName = "manifest.json";
const manifestFormat = "camelid-models/1";

const hash = z.string().regex(/^[0-9a-f]{64}$/, "expected 64 lower-case hexadecimal digits");

const entrySchema = z
  .strictObject({
    bytes: z.int().positive(),
    sha256: hash,
    root: hash,
    chunkBytes: z.int().positive().max(0xffffffff),
    chunks: z.array(hash),
  })
  .refine((entry) => rootOf(entry) === entry.root, "the root is not the root of these chunks");

const manifestSchema = z.strictObject({
  format: z.literal(manifestFormat),
  models: z.record(z.string(), entrySchema),
});

export type ManifestEntry = z.infer<typeof entrySchema>;

/** Entries by file name; empty where the folder has no manifest. Throws ModelFileError for one that is damaged. */
export async function readManifest(folder: string): Promise<Map<string, ManifestEntry>> {
  const path = join(folder, manifestName);
  let text: string;
  try {
    text = await readFile(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return new Map();
    throw fromSystemError(error, path, "read");
  }
  let content: unknown;
  try {
    content = JSON.parse(text);
  } catch (error) {
    throw badManifest(path, undefined, (error as Error).message.replaceAll("\n", " "));
  }
  const parsed = manifestSchema.safeParse(content);
  if (parsed.success) return new Map(Object.entries(parsed.data.models));
  const { path: place, message } = parsed.error.issues[0]!;
  throw badManifest(path, place.join("."), message);
}

/** A model file held open whose folder's manifest, if it lists the file, agrees. Errors: as `OpenModelFile.open` and `requireListed`. */
export async function openListedModelFile(path: string, options?: ModelIdentityOptions): Promise<OpenModelFile> {
  const file = await OpenModelFile.open(path, options);
  try {
    await requireListed(path, file.identity);
    return file;
  } catch (error) {
    await file[Symbol.asyncDispose]();
    throw error;
  }
}

/** The identity of a model file. Errors: as `openListedModelFile`. */
export async function listedModelIdentity(path: string, options?: ModelIdentityOptions): Promise<ModelIdentity> {
  await using file = await openListedModelFile(path, options);
  return file.identity;
}

/**
 * Throws ModelFileError `not-as-listed` where the manifest beside a file lists it with another content. A `manifest.json` of another program
 * lists nothing; one of ours that is damaged is `bad-manifest`.
 */
async function requireListed(path: string, identity: ModelIdentity): Promise<void> {
  const entry = (await readOwnManifest(dirname(path))).get(basename(path));
  if (entry === undefined) return;
  const { chunkBytes } = entry;
  const { root } = chunkBytes === identity.chunkBytes ? identity : await modelIdentity(path, { chunkBytes });
  if (root === entry.root) return;
  throw new ModelFileError({
    code: "not-as-listed",
    path,
    problem: `expected the root ${entry.root.slice(0, 16)}... that the manifest.json beside it lists, found ${root.slice(0, 16)}...`,
    remedy: `the file is damaged or another one: 'camelid models verify ${path}' tells where; restore it, or give the other one a name of its own`,
  });
}

async function readOwnManifest(folder: string): Promise<Map<string, ManifestEntry>> {
  const text = await readFile(join(folder, manifestName), "utf8").catch(() => "");
  return text.includes(manifestFormat) ? readManifest(folder) : new Map();
}

/** Writes the folder's manifest whole or not at all, sorted by file name. */
export async function writeManifest(folder: string, entries: ReadonlyMap<string, ManifestEntry>): Promise<void> {
  const path = join(folder, manifestName);
  const sorted = [...entries].sort(([a], [b]) => (a < b ? -1 : 1));
  const text = `${JSON.stringify({ format: manifestFormat, models: Object.fromEntries(sorted) }, undefined, 1)}\n`;
  const temporary = `${path}.tmp-${process.pid}`;
  try {
    await writeFile(temporary, text);
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw fromSystemError(error, path, "write");
  }
}

/** The entry for a file of this identity, which must hold the whole file's SHA-256. */
export function manifestEntry({ fileBytes, sha256, root, chunkBytes, chunks }: ModelIdentity): ManifestEntry {
  if (sha256 === undefined) throw new TypeError("a manifest needs the identity with SHA-256");
  return { bytes: fileBytes, sha256, root, chunkBytes, chunks: [...chunks] };
}

/** Numbers, from 0, of the chunks in which a file differs from its entry, those beyond its end included. */
export function damagedChunks(entry: ManifestEntry, found: ModelIdentity): number[] {
  const count = Math.max(entry.chunks.length, found.chunks.length);
  return Array.from({ length: count }, (_, i) => i).filter((i) => entry.chunks[i] !== found.chunks[i]);
}

function rootOf({ bytes, chunkBytes, chunks }: { bytes: number; chunkBytes: number; chunks: string[] }): string {
  const treeRoot = merkleRoot(chunks.map((chunk) => Buffer.from(chunk, "hex")));
  return Buffer.from(modelRoot({ fileBytes: bytes, chunkBytes, treeRoot })).toString("hex");
}

function badManifest(path: string, place: string | undefined, problem: string): ModelFileError {
  return new ModelFileError({
    code: "bad-manifest",
    path,
    ...(place && { place }),
    problem,
    remedy: "restore the manifest, or remove it and import the models again",
  });
}
