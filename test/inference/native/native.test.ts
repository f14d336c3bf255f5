/** The binding against node-llama-cpp, another way to the same library: tokens, text and logits are the same, bit for bit. */
import { closeSync, copyFileSync, mkdtempSync, openSync, renameSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getLlama, type Llama, LlamaLogLevel, type LlamaModel, type Token } from "node-llama-cpp";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { knownReleases } from "../../../src/inference/native/layout.ts";
import { checkDefaults, checkRelease, type LlamaLibrary, openLibrary } from "../../../src/inference/native/library.ts";
import { NativeContext } from "../../../src/inference/native/native-context.ts";
import { NativeModel } from "../../../src/inference/native/native-model.ts";
import { draftF16, openings, targetF16, targetQ8 } from "../../support/embedded-models.ts";

describe("the binding to llama.cpp", () => {
  let llama: Llama;
  let library: LlamaLibrary;
  let model: NativeModel;
  let other: LlamaModel;
  const load = async (path: string) => {
    const descriptor = openSync(path, "r");
    const loaded = await NativeModel.load(library, { path, descriptor }, { gpuLayers: 0 });
    closeSync(descriptor);
    return loaded;
  };
  const folder = mkdtempSync(join(tmpdir(), "camelid-native-"));
  beforeAll(async () => {
    llama = await getLlama({ gpu: false, build: "never", skipDownload: true, logLevel: LlamaLogLevel.disabled });
    library = openLibrary(llama.llamaCppRelease.release);
    model = (await load(targetF16))!;
    other = await llama.loadModel({ modelPath: targetF16 });
  });
  afterAll(async () => {
    model.close();
    await llama.dispose();
    rmSync(folder, { recursive: true });
  });

  const open = (of: NativeModel, sequences = 1, more = {}) =>
    NativeContext.open(of, {
      contextTokens: 256,
      sequences,
      batchTokens: 64,
      batchOutputs: 64,
      threads: 1,
      flashAttention: false,
      kvCacheType: 1,
      ...more,
    }).then((context) => context!);

  function fill(context: NativeContext, tokens: readonly number[], { from = 0, sequence = 0, at = 0 } = {}): void {
    for (const [i, token] of tokens.entries()) {
      context.tokens[at + i] = token;
      context.positions[at + i] = from + i;
      context.sequences[at + i] = sequence;
      context.wanted[at + i] = 1;
    }
  }

  test("tokens and text are node-llama-cpp's, for any text", () => {
    for (const text of [...openings, "  two spaces", "naïve 🦙 漢字\r\n\t", "</s> is text here", "\ufeffmark"]) {
      const tokens = model.tokenize(text);
      expect(tokens).toEqual(other.tokenize(text));
      expect(model.detokenize(tokens)).toBe(other.detokenize(tokens as Token[]));
    }
    expect(model.detokenize([])).toBe("");
    expect(model.beginToken).toBe(other.tokens.bos);
    const ends = Array.from({ length: model.vocabularySize }, (_, token) => token).filter((t) => model.isEndToken(t));
    expect(ends).toEqual([...other.iterateAllTokens()].filter((token) => other.isEogToken(token)));
  });

  test("logits are node-llama-cpp's, bit for bit", async () => {
    const tokens = [model.beginToken!, ...model.tokenize(openings[0]!)];
    const context = await open(model);
    fill(context, tokens);
    context.decode(tokens.length);
    const logits = context.logits(tokens.length);
    const peer = await other.createContext({ contextSize: 256, threads: 1, flashAttention: false });
    const answers = await peer
      .getSequence()
      .controlledEvaluate(tokens.map((token) => [token as Token, { generateNext: { token: true, logits: true } }]));
    for (const [row, answer] of answers.entries())
      for (const [token, logit] of answer!.next.logits!)
        if (logits[row * model.vocabularySize + token] !== logit) expect.fail(`row ${row}, token ${token}`);
    await peer.dispose();
    context.close();
  });

  test("in this thread and in the pool, from cut, from copied and from fresh memory: the same logits", async () => {
    const tokens = model.tokenize(openings[1]!).slice(0, 12);
    const context = await open(model, 3);
    fill(context, tokens);
    context.decode(tokens.length);
    const whole = context.logits(tokens.length).slice();
    const last = () => context.logits(2).slice(0, 2 * model.vocabularySize);
    const ofLast = whole.slice((tokens.length - 2) * model.vocabularySize, tokens.length * model.vocabularySize);
    const end = tokens.slice(-2);

    context.cut(0, tokens.length - 2);
    fill(context, end, { from: tokens.length - 2 });
    await context.decodeInPool(2);
    expect(last()).toEqual(ofLast);

    context.cut(0, tokens.length - 2);
    context.copy(0, 2);
    fill(context, end, { from: tokens.length - 2, sequence: 2 });
    context.decode(2);
    expect(last()).toEqual(ofLast);
    context.close();
  });

  test("a token's embedding comes with its logits where the context was opened for it", async () => {
    const tokens = model.tokenize(openings[2]!).slice(0, 6);
    const context = await open(model, 1, { embeddings: true });
    fill(context, tokens);
    context.decode(tokens.length);
    const embeddings = context.embeddings(tokens.length);
    expect(embeddings).toHaveLength(tokens.length * model.embedding);
    expect(embeddings.every(Number.isFinite)).toBe(true);
    const [first, second] = [0, 1].map((i) => embeddings.slice(i * model.embedding, (i + 1) * model.embedding));
    expect(first).not.toEqual(second);
    context.close();
    const without = await open(model);
    expect(() => without.embeddings(1)).toThrow(/opened without embeddings/);
    without.close();
  });

  test.skipIf(process.platform === "win32")(
    "what is loaded is what was opened, whatever the path names by then",
    async () => {
      const path = join(folder, "model.gguf");
      copyFileSync(draftF16, path);
      const descriptor = openSync(path, "r");
      copyFileSync(targetQ8, `${path}.new`);
      renameSync(`${path}.new`, path);
      const loaded = (await NativeModel.load(library, { path, descriptor }, { gpuLayers: 0 }))!;
      closeSync(descriptor);
      const draft = (await load(draftF16))!;
      expect([loaded.layers, loaded.embedding]).toEqual([draft.layers, draft.embedding]);
      expect(loaded.embedding).not.toBe(model.embedding);
      loaded.close();
      draft.close();
    },
  );

  test("a file that llama.cpp refuses is null", async () => {
    expect(await load("package.json")).toBeNull();
  });

  test("an unknown release, or a struct that reads otherwise, is refused with what to do", () => {
    const [known] = knownReleases;
    expect(() => checkRelease(known!, `/lib/libllama.${known}.so`)).not.toThrow();
    for (const [release, path] of [
      ["v9.9.9", `/lib/libllama.${known}.so`],
      [known!, "/lib/libllama.v9.9.9.so"],
    ] as const) {
      expect(() => checkRelease(release, path)).toThrow(/v9\.9\.9 is not a release .*; 'npm ci' .*layout\.ts/);
      expect(() => checkRelease(release, path)).toThrow(expect.objectContaining({ code: "backend-missing" }));
    }
    expect(() => checkDefaults("s", { n_ctx: 7 }, { n_ctx: 512 }, "lib.so")).toThrow(/s\.n_ctx reads 7, expected 512/);
  });
});
