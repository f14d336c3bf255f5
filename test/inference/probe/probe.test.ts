/** Files, texts and sizes over which llama.cpp ends its process, or answers as no causal decoder does: small files of random weights. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Backend } from "../../../src/inference/backend.ts";
import { generate } from "../../../src/inference/generate.ts";
import { lastWords } from "../../../src/inference/probe/probe.ts";
import { greedy } from "../../../src/inference/sampling/sampling.ts";
import {
  bert,
  type CraftedModel,
  hybrid,
  llama,
  mamba,
  spelling,
  stating,
  t5,
  under,
  weighing,
  writeModel,
} from "../../support/crafted-models.ts";
import { draftF16, targetF16 } from "../../support/embedded-models.ts";
import { scratchFolder } from "../gguf/scratch.ts";

const folder = scratchFolder();
let backend: Backend;
beforeAll(async () => {
  backend = await Backend.open();
});
afterAll(() => backend.close());

let files = 0;
const written = (model: CraftedModel) => writeModel(join(folder, `model-${files++}.gguf`), model);

async function refusalOf(model: CraftedModel): Promise<string> {
  const path = written(model);
  try {
    await backend.loadModel(path);
  } catch (error) {
    const { code, message } = error as { code: string; message: string };
    expect(message).toMatch(/^\P{C}{1,600}$/u); // one printable line
    expect(message.startsWith(`${path}: `)).toBe(true);
    return `${code}: ${message.slice(path.length + 2)}`;
  }
  throw new Error("expected a refusal, and the model was loaded");
}

async function text(model: CraftedModel, prompt: string): Promise<string> {
  const loaded = await backend.loadModel(written(model));
  const context = await loaded.openContext({ contextTokens: 64 });
  const promptTokens = loaded.vocabulary.promptTokens(prompt);
  const request = { promptTokens, tokenLimit: 4, sampling: greedy, seed: 1, ignoreEndToken: true };
  const [completion] = await generate(context, [request]);
  await loaded.close();
  return completion!.outputTokens.join();
}

describe("what is no causal decoder whose cache can be cut is refused by its architecture's name", () => {
  test.each([
    ["an embedding model", bert(), /architecture 'bert', its attention is to both sides/],
    [
      "a reranking model",
      stating(llama(), ["llama.pooling_type", "uint32", 4]),
      /'llama', it pools its tokens into one/,
    ],
    ["an encoder-decoder", t5(), /architecture 't5', it reads its input with an encoder/],
    ["a recurrent model", mamba(), /architecture 'mamba', it keeps a state that cannot be cut back to a prefix/],
    ["a hybrid", hybrid(), /architecture 'lfm2', it keeps a state that cannot be cut back/],
    [
      "a diffusion model, whose file says nothing of it",
      under("llada", llama()),
      /architecture 'llada', what it says of a token depends on the tokens behind it/,
    ],
  ])("%s", async (_, model, reason) => {
    const refusal = await refusalOf(model);
    expect(refusal).toMatch(/^not-a-decoder: not a causal decoder with a cache that can be cut: /);
    expect(refusal).toMatch(reason);
  });
});

describe("a file over which llama.cpp would end the process", () => {
  test.each([
    ["no layers", stating(llama(), ["llama.block_count", "uint32", 0]), "loads it (llama-model.cpp:"],
    ["2^31 - 1 layers", stating(llama(), ["llama.block_count", "uint32", 0x7fffffff]), "loads it (llama-model.cpp:"],
    [
      "an epsilon that is no number",
      stating(llama(), ["llama.attention.layer_norm_rms_epsilon", "float32", Number.NaN]),
      "computes with it (ops.cpp:",
    ],
  ])("for %s is refused in a line that says what it asserts", async (_, model, words) => {
    const refusal = await refusalOf(model);
    expect(refusal).toMatch(
      /^model-file: llama\.cpp ends its process when it .*GGML_ASSERT\(.*\) failed\); choose another file$/,
    );
    expect(refusal).toContain(words);
  });

  test("for a feed-forward network of no width is refused by llama.cpp itself", async () => {
    expect(await refusalOf(stating(llama(), ["llama.feed_forward_length", "uint32", 0]))).toMatch(
      /^model-file: llama\.cpp/,
    );
  });

  test("for want of a vocabulary is refused before that", async () => {
    const without = { ...llama(), metadata: llama().metadata.filter(([key]) => key !== "tokenizer.ggml.tokens") };
    expect(await refusalOf(without)).toMatch(/^model-file: no vocabulary/);
    expect(await refusalOf(stating(llama(), ["tokenizer.ggml.model", "string", "none"]))).toMatch(
      /^model-file: no vocab/,
    );
  });
});

describe("logits from which no token follows", () => {
  test.each([
    ["all the same", () => 0, "every token's logit is 0"],
    [
      "one not a number",
      (i: number, old: number) => (i === 64 * 7 ? Number.NaN : old),
      "the logit of token 7 is not a number",
    ],
    ["all not numbers", () => Number.NaN, "the logit of token 0 is not a number"],
    [
      "infinite",
      (i: number, old: number) => (i >> 6 === 9 ? 3e38 : old),
      /the logit of token 9 is (infinite|not a number)/,
    ],
  ])("%s: the model is named", async (_, weight, problem) => {
    const refusal = await refusalOf(weighing(llama(), "output.weight", weight));
    expect(refusal).toMatch(problem);
    expect(refusal).toMatch(/^bad-logits: .*: it predicts no next token, or is damaged; choose another file$/);
  });
});

describe("a file that runs is not called damaged", () => {
  test.each([
    ["random weights", llama()],
    [
      "tokens of empty text, which llama.cpp names itself",
      spelling(llama(), (old, token) => (token >= 510 ? "" : old)),
    ],
  ])("%s", async (_, model) => {
    expect(await text(model, "Once")).toMatch(/^\d+(,\d+){3}$/);
  });

  test("the embedded ones", async () => {
    await (await backend.loadModel(draftF16)).close();
  });
});

describe("a context", () => {
  test("far too long is refused, and the same model goes on", async () => {
    const model = await backend.loadModel(targetF16);
    await expect(model.openContext({ contextTokens: 50_000_000, sequences: 2 })).rejects.toMatchObject({
      name: "InferenceError",
      code: "model-too-large",
      message: expect.stringMatching(
        /^models\/tales-target-f16\.gguf: .*2 x 50000000 tokens.*; ask for a shorter one$/,
      ),
    });
    await (await model.openContext({ contextTokens: 64 })).close();
    await model.close();
  });
});

test("an assertion or an exception is put into a line, without the path of whoever built llama.cpp", () => {
  const built = "/home/builder/x/llama.cpp/src/llama-model.cpp:1260: GGML_ASSERT(n > 0 && n < 9) failed\n";
  expect(lastWords(`noise\n${built}`)).toBe("llama-model.cpp:1260: GGML_ASSERT(n > 0 && n < 9) failed");
  const thrown = "terminate called after throwing an instance of 'std::out_of_range'\n  what():  _Map_base::at\n";
  expect(lastWords(thrown)).toBe("std::out_of_range: _Map_base::at");
  expect(lastWords("terminate called after throwing an instance of 'int'\n")).toBe("int");
  expect(lastWords("Segmentation\u0007 fault\n")).toBe("Segmentation? fault");
  expect(lastWords("")).toBe("it does not say why");
});
