import { existsSync } from "node:fs";
import { basename, join } from "node:path";
import { fileURLToPath } from "node:url";
import { InferenceError } from "../../src/inference/errors.ts";
import { synthesizeModel } from "../../src/inference/gguf/synthesize.ts";
import { makeFolder } from "../../src/inference/make-folder.ts";
import { listedModelIdentity } from "../../src/inference/model-file-manifest.ts";
import { namedShapes, type ShapeName } from "../../src/inference/shapes.ts";
import { ExperimentFileError } from "../../src/lab/experiment/file.ts";
import type { ModelRecord } from "../../src/lab/results/manifest.ts";

/** How an experiment file names a model: a GGUF file, or a random-weight one of a given shape, for timing. */
export type ModelReference =
  | { readonly file: string }
  | { readonly synthesize: string; readonly format: "F16" | "Q8_0" | "Q4_0"; readonly seed: string };

export interface ModelFile extends ModelRecord {
  readonly path: string;
  /** The shape of a synthesised model. */
  readonly shape?: string;
}

const cacheFolder = fileURLToPath(new URL("../../.cache/models/", import.meta.url));

/** Finds the file, or writes the synthesised one into the cache, and takes its identity. Throws ModelFileError. */
export async function modelFile(
  reference: ModelReference,
  options: { readonly signal?: AbortSignal } = {},
): Promise<ModelFile> {
  if ("file" in reference) return identified(basename(reference.file, ".gguf"), reference.file);
  const { synthesize: shape, format, seed } = reference;
  if (!(shape in namedShapes))
    throw new InferenceError("bad-request", `shape '${shape}': expected one of ${Object.keys(namedShapes).join(", ")}`);
  const name = `random-${shape}-${format.toLowerCase()}`;
  const path = join(cacheFolder, `${name}-seed${seed}.gguf`);
  if (!existsSync(path)) {
    makeFolder(cacheFolder);
    const order = { path, shape: shape as ShapeName, weightFormat: format, seed: Number(seed) };
    await synthesizeModel({ ...order, ...options });
  }
  return { ...(await identified(name, path)), shape };
}

async function identified(name: string, path: string): Promise<ModelFile> {
  const { root, fileBytes } = await listedModelIdentity(path);
  return { name, path, root, bytes: fileBytes };
}

/** Rows are told apart by their model's name: throws ExperimentFileError when two models of an experiment share one. */
export function requireDistinctNames(files: readonly ModelFile[]): void {
  const twice = files.find(({ name }, i) => files.findIndex((other) => other.name === name) < i);
  if (twice !== undefined)
    throw new ExperimentFileError([
      `models: ${twice.name} comes twice; give each model once, under a file name of its own`,
    ]);
}
