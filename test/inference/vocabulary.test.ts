/** Vocabularies that state more than they have, or have less than a text needs. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Backend } from "../../src/inference/backend.ts";
import { requireSameVocabulary } from "../../src/inference/same-vocabulary.ts";
import type { Vocabulary } from "../../src/inference/vocabulary.ts";
import {
  type CraftedModel,
  firstLetter,
  llama,
  spelling,
  stating,
  withoutBytes,
  writeModel,
} from "../support/crafted-models.ts";
import { draftF16, targetQ8 } from "../support/embedded-models.ts";
import { modelFileError, scratchFolder } from "./gguf/scratch.ts";

const folder = scratchFolder();
let backend: Backend;
beforeAll(async () => {
  backend = await Backend.open();
});
afterAll(() => backend.close());

let files = 0;
const written = (model: CraftedModel) => writeModel(join(folder, `vocabulary-${files++}.gguf`), model);
const vocabularyOf = async (model: CraftedModel): Promise<Vocabulary> =>
  (await backend.loadModel(written(model))).vocabulary;

const key = (name: string) => `tokenizer.ggml.${name}_token_id`;

describe("end tokens", () => {
  /** Token 2 is llama.cpp's own choice where a file states none that it has; here it is an ordinary word. */
  const comma = () => spelling(llama(), (old, token) => (token === 2 ? "," : old));

  test.each([
    ["one that the vocabulary has", [400], [400]],
    ["a number that is no token", [0xffffffff], []],
    ["the number behind the last token", [512], []],
    ["the last token", [511], [511]],
    ["an end of text that is none, and a true end of turn", [512, 300], [300]],
    ["both", [400, 300], [300, 400]],
  ])("%s: %o", async (_, [eos, eot], expected) => {
    const stated = stating(comma(), [key("eos"), "uint32", eos!]);
    const { endTokens } = await vocabularyOf(eot === undefined ? stated : stating(stated, [key("eot"), "uint32", eot]));
    expect(endTokens).toEqual(expected);
  });

  test("those that llama.cpp knows by their texts count where the file names one", async () => {
    const turns = spelling(llama(), (old, token) => (token === 300 ? "<end_of_turn>" : old));
    expect((await vocabularyOf(turns)).endTokens).toEqual([2, 300]);
  });
});

test("a begin token that there is not is refused where texts are to begin with it", async () => {
  const foreign = stating(llama(), [key("bos"), "uint32", 512]);
  const path = written(foreign);
  await expect(backend.loadModel(path)).rejects.toMatchObject({
    code: "model-file",
    message: expect.stringContaining(`${path}: ${key("bos")}: expected a token id from 0 to 511, found 512`),
  });
  const without = stating(foreign, ["tokenizer.ggml.add_bos_token", "bool", false]);
  expect((await vocabularyOf(without)).promptTokens("\n")).toEqual([13]);
});

describe("a vocabulary without byte tokens", () => {
  /** "\u00e9" is part of one token only. */
  const poor = (prefix: boolean) =>
    stating(
      spelling(withoutBytes(llama()), (old, token) => (token === 300 ? "\u00e9a" : old)),
      ["tokenizer.ggml.add_space_prefix", "bool", prefix],
    );
  const letter = (text: string) => firstLetter + text.charCodeAt(0) - "a".charCodeAt(0);

  test("spells what it can, and refuses the rest by the character", async () => {
    const vocabulary = await vocabularyOf(poor(false));
    expect(vocabulary.promptTokens("xq qx")).toEqual([1, letter("x"), letter("q"), 259, letter("q"), letter("x")]);
    expect(vocabulary.promptTokens("x\u00e9ax")).toEqual([1, letter("x"), 300, letter("x")]);
    const refusal = (text: string) => () => vocabulary.promptTokens(text);
    expect(refusal("xq \u2603 x")).toThrow(expect.objectContaining({ code: "unspellable-text" }));
    expect(refusal("xq \u2603 x")).toThrow(
      /cannot spell "\u2603" \(U\+2603\) in the prompt "xq \u2603 x": leave it out/,
    );
    expect(refusal("x\u00e9x")).toThrow(/cannot spell "\u00e9" \(U\+00E9\)/);
  });

  test("the space that llama.cpp puts before a text counts", async () => {
    expect((await vocabularyOf(poor(true))).promptTokens("xq")).toEqual([1, 259, letter("x"), letter("q")]);
  });
});

describe("two models that work on one text", () => {
  test("share a vocabulary when every token has the same text, whatever else differs", () => {
    requireSameVocabulary(draftF16, targetQ8);
    requireSameVocabulary(written(stating(llama(), [key("eos"), "uint32", 5])), written(llama()));
  });

  test("do not when one token has another, or one model has more", async () => {
    const target = written(llama());
    const other = written(spelling(llama(), (old, token) => (token === 300 ? "other" : old)));
    const { code, message } = await modelFileError(() => requireSameVocabulary(other, target));
    expect(code).toBe("other-vocabulary");
    expect(message).toMatch(
      new RegExp(`^${other}: its vocabulary is not the target's: token 300 is "other", in ${target} it is "\\S+"; `),
    );
    expect((await modelFileError(() => requireSameVocabulary(draftF16, target))).message).toContain(
      `it has 4096 tokens, ${target} has 512`,
    );
  });
});
