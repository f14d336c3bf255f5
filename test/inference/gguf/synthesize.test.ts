import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { getLlama, type Llama } from "node-llama-cpp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { weightFormats } from "../../../src/inference/gguf/quantise.ts";
import { readGgufHeader } from "../../../src/inference/gguf/read-header.ts";
import { synthesizeModel } from "../../../src/inference/gguf/synthesize.ts";
import { namedShapes } from "../../../src/inference/shapes.ts";
import { modelFileError, scratchFolder } from "./scratch.ts";

const folder = scratchFolder();
const sha256 = (path: string) => createHash("sha256").update(readFileSync(path)).digest("hex");
const tiny = { shape: "tiny", weightFormat: "Q8_0", seed: 1 } as const;

describe("the file", () => {
  test("is the same, byte for byte, for the same seed, shape and format, and another for another seed", async () => {
    const paths = [join(folder, "one"), join(folder, "again"), join(folder, "other")] as const;
    await synthesizeModel({ ...tiny, path: paths[0] });
    await synthesizeModel({ ...tiny, path: paths[1] });
    await synthesizeModel({ ...tiny, path: paths[2], seed: 2 });
    expect(sha256(paths[1])).toBe(sha256(paths[0]));
    expect(sha256(paths[2])).not.toBe(sha256(paths[0]));
  });

  test("says that its weights are random, and which", async () => {
    const path = join(folder, "says.gguf");
    await synthesizeModel({ ...tiny, path, seed: 7 });
    const { metadata } = readGgufHeader(path);
    expect(metadata.get("general.description")).toContain("for timing only");
    expect(metadata.get("camelid.random_weights.seed")).toBe(7);
    expect(JSON.parse(String(metadata.get("camelid.random_weights.shape")))).toEqual({
      name: "tiny",
      ...namedShapes.tiny,
    });
  });

  test("has the announced size, and no two rows of a matrix are equal", async () => {
    const path = join(folder, "rows.gguf");
    const shape = { ...namedShapes.tiny, vocabularyTokens: 5000 };
    const progress: number[] = [];
    const { bytes } = await synthesizeModel({
      path,
      shape,
      weightFormat: "Q4_0",
      seed: 1,
      onProgress: (written, total) => progress.push(written / total),
    });
    expect(statSync(path).size).toBe(bytes);
    expect(progress.at(-1)).toBe(1);
    const { tensors, dataOffset } = readGgufHeader(path);
    const { offset, bytes: tensorBytes } = tensors.find(({ name }) => name === "output.weight")!;
    const data = readFileSync(path).subarray(dataOffset + offset, dataOffset + offset + tensorBytes);
    const rowBytes = tensorBytes / shape.vocabularyTokens;
    const rows = Array.from({ length: 5000 }, (_, row) =>
      data.toString("latin1", row * rowBytes, (row + 1) * rowBytes),
    );
    expect(new Set(rows).size).toBe(5000);
  });
});

describe("nothing is left behind", () => {
  test("when it is interrupted half way", async () => {
    const path = join(folder, "interrupted.gguf");
    const abort = new AbortController();
    const onProgress = (written: number, total: number) => {
      if (written > total / 2) abort.abort();
    };
    const error = await modelFileError(() =>
      synthesizeModel({ ...tiny, shape: "10m", path, signal: abort.signal, onProgress }),
    );
    expect(error.code).toBe("interrupted");
    expect(readdirSync(folder).filter((name) => name.startsWith("interrupted"))).toEqual([]);
  });

  test("when the disk could not hold the file, and the error says how much is missing", async () => {
    const path = join(folder, "huge.gguf");
    const shape = { ...namedShapes["70b"], embedding: 524288, feedForward: 999936, layers: 512, heads: 4096 };
    const error = await modelFileError(() => synthesizeModel({ ...tiny, shape, weightFormat: "F16", path }));
    expect(error.code).toBe("no-space");
    expect(error.message).toMatch(/needs \d{16} bytes, the disk has \d+ free/);
    expect(existsSync(path)).toBe(false);
  });

  test("when the folder does not exist", async () => {
    const error = await modelFileError(() => synthesizeModel({ ...tiny, path: join(folder, "no", "where.gguf") }));
    expect([error.code, error.message.includes("folder does not exist")]).toEqual(["unwritable", true]);
  });

  test("and an existing file is replaced only on request", async () => {
    const path = join(folder, "mine.gguf");
    writeFileSync(path, "mine");
    const { code, message } = await modelFileError(() => synthesizeModel({ ...tiny, path }));
    expect([code, message]).toEqual(["exists", expect.stringContaining("replace it with --overwrite")]);
    expect(readFileSync(path, "utf8")).toBe("mine");
    await synthesizeModel({ ...tiny, path, overwrite: true });
    expect(readGgufHeader(path).tensors.length).toBe(21);
  });

  test("and a shape or seed that makes no sense is named", async () => {
    const path = join(folder, "senseless.gguf");
    const shape = { ...namedShapes.tiny, heads: 5 };
    const error = await modelFileError(() => synthesizeModel({ ...tiny, shape, seed: -1, path }));
    expect(error.code).toBe("bad-shape");
    expect(error.message).toContain("heads: 5 do not divide the embedding of 64");
    expect(error.message).toContain("seed: expected a whole number");
  });
});

describe("llama.cpp", () => {
  let llama: Llama;
  beforeAll(async () => {
    llama = await getLlama({ gpu: false, build: "never", skipDownload: true, maxThreads: 0 });
  });
  afterAll(() => llama.dispose());

  /** Logits after "Once upon a time", and 20 greedy tokens. */
  async function ask(path: string) {
    const model = await llama.loadModel({ modelPath: path });
    const context = await model.createContext({ contextSize: 128, threads: 1, flashAttention: false });
    const sequence = context.getSequence();
    const prompt = model.tokenize("Once upon a time");
    const result = await sequence.controlledEvaluate([
      ...prompt.slice(0, -1),
      [prompt.at(-1)!, { generateNext: { logits: true } }],
    ]);
    const logits = result.at(-1)!.next.logits!;
    await sequence.clearHistory();
    const generated: number[] = [];
    for await (const token of sequence.evaluate(prompt, { temperature: 0, yieldEogToken: true }))
      if (generated.push(token) === 20) break;
    const { eos, bos } = model.tokens;
    const text = model.detokenize(prompt);
    await model.dispose();
    return {
      logits: Float64Array.from({ length: logits.size }, (_, id) => logits.get(id as never)!),
      generated,
      eos,
      bos,
      text,
    };
  }

  test("loads every format, gives finite and varied logits, and writes 20 tokens", async () => {
    const byFormat = new Map<string, Float64Array>();
    for (const weightFormat of weightFormats) {
      const path = join(folder, `${weightFormat}.gguf`);
      await synthesizeModel({ path, shape: "tiny", weightFormat, seed: 3 });
      const { logits, generated, eos, bos, text } = await ask(path);
      expect([eos, bos, text]).toEqual([2, 1, "Once upon a time"]);
      expect(generated.length).toBe(20);
      expect(new Set(generated).size).toBeGreaterThan(4);
      expect(logits.length).toBe(512);
      expect(logits.every(Number.isFinite)).toBe(true);
      expect(new Set(logits).size).toBeGreaterThan(500);
      byFormat.set(weightFormat, logits);
    }
    // The formats hold the same weights, so llama.cpp's own decoding of our blocks must bring the same logits back, up to their rounding.
    expect(correlation(byFormat.get("F16")!, byFormat.get("Q8_0")!)).toBeGreaterThan(0.999);
    expect(correlation(byFormat.get("F16")!, byFormat.get("Q4_0")!)).toBeGreaterThan(0.9);
  });

  test("finds no end token in a model that was asked to have none", async () => {
    const path = join(folder, "endless.gguf");
    await synthesizeModel({ ...tiny, path, endToken: false });
    const { eos, generated, text } = await ask(path);
    expect(eos).toBe(null);
    expect(text).toBe("Once upon a time");
    expect(generated.length).toBe(20);
  });
});

function correlation(a: Float64Array, b: Float64Array): number {
  const mean = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0) / values.length;
  const [meanA, meanB] = [mean(a), mean(b)];
  let [ab, aa, bb] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    const [x, y] = [a[i]! - meanA, b[i]! - meanB];
    ab += x * y;
    aa += x * x;
    bb += y * y;
  }
  return ab / Math.sqrt(aa * bb);
}
