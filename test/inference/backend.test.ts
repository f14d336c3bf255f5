import {
  closeSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Backend } from "../../src/inference/backend.ts";
import { generate } from "../../src/inference/generate.ts";
import { synthesizeModel } from "../../src/inference/gguf/synthesize.ts";
import { modelIdentity } from "../../src/inference/model-file.ts";
import { greedy } from "../../src/inference/sampling/sampling.ts";
import { draftF16, targetF16 } from "../support/embedded-models.ts";

describe("the backend", () => {
  let backend: Backend;
  const folder = mkdtempSync(join(tmpdir(), "camelid-backend-"));
  beforeAll(async () => {
    backend = await Backend.open();
  });
  afterAll(async () => {
    await backend.close();
    rmSync(folder, { recursive: true });
  });

  test("says what runs", async () => {
    const description = await backend.describe();
    expect(description).toMatchObject({ gpu: "off", gpuDevices: [] });
    expect(description.engine).toMatch(/llama\.cpp/);
    expect(description.engineRelease).toMatch(/\d/);
    if (process.platform === "linux" && process.arch === "x64") expect(description.cpuKernels).toMatch(/^\w+$/);
  });

  test("a GPU backend of another system is an error, not a CPU run", async () => {
    const absent = process.platform === "darwin" ? "cuda" : "metal";
    await expect(Backend.open(absent)).rejects.toMatchObject({ code: "gpu-absent" });
    await expect(Backend.open(absent)).rejects.toThrow(/'\w+' was asked for .* --gpu off/);
  });

  test("a GPU backend that opens has a device: a driver's library alone is not a GPU", async () => {
    for (const gpu of ["cuda", "vulkan", "metal", "auto"] as const) {
      const opened = await Backend.open(gpu).catch((error) => error as { code: string });
      if (!(opened instanceof Backend)) {
        expect(opened.code).toBe("gpu-absent");
        continue;
      }
      const { gpu: found, gpuDevices } = await opened.describe();
      expect(gpuDevices.length > 0).toBe(found !== "off");
      if (gpu !== "auto") expect(found).toBe(gpu);
      await opened.close();
    }
  });

  test("a file that is no whole GGUF is refused before llama.cpp sees it", async () => {
    const text = join(folder, "text.gguf");
    writeFileSync(text, "no model");
    await expect(backend.loadModel(text)).rejects.toMatchObject({ name: "ModelFileError", code: "not-gguf" });

    const cut = join(folder, "cut.gguf");
    copyFileSync(draftF16, cut);
    truncateSync(cut, 1_000_000);
    await expect(backend.loadModel(cut)).rejects.toMatchObject({ name: "ModelFileError", code: "truncated" });

    await expect(backend.loadModel(join(folder, "none.gguf"))).rejects.toMatchObject({ code: "not-found" });
  });

  test("a model says which file it is, and another one than expected, or than the manifest lists, is refused", async () => {
    const { root, fileBytes } = await modelIdentity(draftF16);
    const model = await backend.loadModel(draftF16, { expectedRoot: root });
    expect([model.root, model.fileBytes]).toEqual([root, fileBytes]);
    await model.close();
    await expect(backend.loadModel(targetF16, { expectedRoot: root })).rejects.toMatchObject({
      name: "ModelFileError",
      code: "changed",
    });

    const listed = join(folder, "listed");
    mkdirSync(listed);
    const path = join(listed, basename(draftF16));
    const bytes = readFileSync(draftF16);
    bytes[bytes.length - 1001]! ^= 16;
    writeFileSync(path, bytes);
    await (await backend.loadModel(path)).close(); // nobody knows better
    copyFileSync("models/manifest.json", join(listed, "manifest.json"));
    await expect(backend.loadModel(path)).rejects.toMatchObject({ name: "ModelFileError", code: "not-as-listed" });
  });

  test("a model knows when somebody wrote into its file", async () => {
    const path = join(folder, "written.gguf");
    copyFileSync(draftF16, path);
    const model = await backend.loadModel(path);
    await model.requireUntouched();
    await setTimeout(50); // longer than a tick of any file system's clock
    const bytes = readFileSync(path);
    bytes[bytes.length - 1001]! ^= 16;
    const file = openSync(path, "r+");
    writeSync(file, bytes);
    closeSync(file);
    await expect(model.requireUntouched()).rejects.toMatchObject({ name: "ModelFileError", code: "changed" });
    await model.close();
  });

  test("a head count that no model has is refused by llama.cpp", async () => {
    const damaged = join(folder, "heads.gguf");
    const bytes = readFileSync(draftF16);
    const key = "llama.attention.head_count";
    bytes[bytes.indexOf(key) + key.length + 4]! ^= 1; // past the value's type: 2 heads become 3
    writeFileSync(damaged, bytes);
    await expect(backend.loadModel(damaged)).rejects.toMatchObject({ name: "InferenceError", code: "model-file" });
    await expect(backend.loadModel(damaged)).rejects.toThrow(/heads\.gguf: llama\.cpp cannot load it/);
  });

  test("a GGUF that llama.cpp itself refuses is named", async () => {
    const odd = join(folder, "odd.gguf");
    const bytes = readFileSync(draftF16);
    // Another architecture of the same length: a well-formed file for which llama.cpp has no graph.
    bytes.write("llomo", bytes.indexOf("general.architecture") + "general.architecture".length + 4 + 8);
    writeFileSync(odd, bytes);
    await expect(backend.loadModel(odd)).rejects.toMatchObject({ name: "InferenceError", code: "model-file" });
    await expect(backend.loadModel(odd)).rejects.toThrow(/odd\.gguf: llama\.cpp cannot load it/);
  });

  test("a model without an end token generates only when told to ignore it", async () => {
    const path = join(folder, "endless.gguf");
    await synthesizeModel({ path, shape: "tiny", weightFormat: "F16", seed: 1, endToken: false });
    const model = await backend.loadModel(path);
    expect(model.vocabulary.endTokens).toEqual([]);
    const context = await model.openContext({ contextTokens: 64 });
    const request = { promptTokens: [5, 6, 7], tokenLimit: 8, sampling: greedy, seed: 1 };
    await expect(generate(context, [request])).rejects.toMatchObject({ code: "no-end-token" });
    const [completion] = await generate(context, [{ ...request, ignoreEndToken: true }]);
    expect(completion!.outputTokens).toHaveLength(8);
    await model.close();
  });
});
