import { writeFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { Backend } from "../../src/inference/backend.ts";
import {
  type CompletionFile,
  completionHash,
  contradiction,
  readCompletionFile,
} from "../../src/inference/completion-file.ts";
import type { Vocabulary } from "../../src/inference/vocabulary.ts";
import { draftF16 } from "../support/embedded-models.ts";
import { scratchFolder } from "./gguf/scratch.ts";

const path = join(scratchFolder(), "tale.json");
const honest: CompletionFile = {
  format: "camelid-completion/1",
  model: { name: "small", root: "ab".repeat(32) },
  prompt: "Once",
  promptTokens: [1, 5],
  sampling: { temperature: 0.7, topK: 0, topP: 1, choice: "gumbel" },
  seed: 7,
  tokenLimit: 2,
  ignoredEndToken: false,
  outputTokens: [6, 7],
  text: " upon a",
  stop: "limit",
  logits: [null, { topToken: 7, topLogit: 3.5, logSumExp: 4, claimedLogit: 3.5 }],
  numerics: { gpu: "off", gpuLayers: 0, threads: 1, flashAttention: false, kvCacheType: "F16", decodeShape: "single" },
  backend: { engine: "any" },
};

function refusal(content: unknown): string {
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  try {
    readCompletionFile(path);
  } catch (error) {
    const { message, code } = error as Error & { code: string };
    expect(code).toBe("completion-file");
    expect(message.startsWith(`${path}: `)).toBe(true);
    expect(message).not.toContain("\n");
    return message.slice(path.length + 2);
  }
  throw new Error("expected a refusal");
}

describe("reading", () => {
  test("gives back what was written: one completion, or several", () => {
    writeFileSync(path, JSON.stringify(honest));
    expect(readCompletionFile(path)).toEqual([honest]);
    writeFileSync(path, JSON.stringify([honest, { ...honest, seed: 8 }]));
    expect(readCompletionFile(path)).toEqual([honest, { ...honest, seed: 8 }]);
  });

  test("names the place of what is wrong", () => {
    expect(refusal({ ...honest, seed: -1 })).toMatch(/^seed: /);
    expect(refusal({ ...honest, promptTokens: [1, "x"] })).toMatch(/^promptTokens\.1: /);
    expect(refusal([honest, { ...honest, promptTokens: [] }])).toMatch(/^1\.promptTokens: /);
    expect(refusal({ ...honest, model: { name: "x", root: "AB" } })).toMatch(/^model\.root: expected 64 hexadecimal/);
    expect(refusal({ ...honest, surplus: 1 })).toMatch(/surplus/);
    expect(refusal({ ...honest, format: "camelid-completion/2" })).toMatch(/^format: /);
    expect(refusal({ ...honest, logits: [] })).toBe("logits: 0 entries for 2 output tokens");
    expect(refusal([{ ...honest, logits: [] }])).toBe("0.logits: 0 entries for 2 output tokens");
  });

  test("says what was expected and what is there", () => {
    const words = (content: unknown) => refusal(content).split("; expected a file")[0];
    expect(words({ ...honest, text: undefined })).toBe("text: missing; expected a string");
    expect(words({ ...honest, text: 3 })).toBe("text: expected a string, found 3");
    expect(words({ ...honest, stop: undefined })).toBe('stop: missing; expected one of "end-token", "limit"');
    expect(words({ ...honest, stop: "tired" })).toBe('stop: expected one of "end-token", "limit", found "tired"');
    expect(words({ ...honest, seed: -1 })).toBe("seed: expected at least 0, found -1");
    expect(words({ ...honest, seed: 1.5 })).toBe("seed: expected a whole number, found 1.5");
    expect(words({ ...honest, promptTokens: [] })).toBe("promptTokens: expected at least one, found []");
    expect(words({ ...honest, sampling: { ...honest.sampling, topP: 0 } })).toBe(
      "sampling.topP: expected more than 0, found 0",
    );
    expect(words({ ...honest, surplus: 1 })).toBe('unknown key "surplus"');
  });

  test.each([["{"], [""], ["null"], ["[]"], ["3"], ['"text"']])("refuses %j", (text) => {
    expect(refusal(text)).toContain("expected a file that 'camelid generate --out' wrote");
  });

  test("a field left out is named, whichever it is", () => {
    for (const field of Object.keys(honest)) {
      const { [field as keyof CompletionFile]: _, ...rest } = honest;
      expect(refusal(rest)).toMatch(new RegExp(`^${field}: `));
    }
  });
});

describe("the hash", () => {
  const terms: Partial<CompletionFile>[] = [
    { model: { ...honest.model, root: "cd".repeat(32) } },
    { promptTokens: [1, 6] },
    { sampling: { ...honest.sampling, temperature: 0.8 } },
    { sampling: { ...honest.sampling, topK: 1 } },
    { sampling: { ...honest.sampling, topP: 0.5 } },
    { sampling: { ...honest.sampling, choice: "inverse-cdf" } },
    { seed: 8 },
    { tokenLimit: 3 },
    { ignoredEndToken: true },
    { outputTokens: [6, 8] },
  ];

  test("changes with every term that the node commits to", () => {
    const hashes = [honest, ...terms.map((term) => ({ ...honest, ...term }))].map(completionHash);
    expect(new Set(hashes).size).toBe(hashes.length);
  });

  test("does not change with what nobody could check", () => {
    const numerics = { ...honest.numerics, threads: 8 };
    expect(completionHash({ ...honest, numerics, backend: {}, logits: [null, null] })).toBe(completionHash(honest));
  });

  test("tells apart where the prompt ends and the output begins", () => {
    const tokens = fc.array(fc.nat(9), { minLength: 2, maxLength: 6 });
    fc.assert(
      fc.property(tokens, fc.nat(), fc.nat(), (all, a, b) => {
        const cut = (at: number) => {
          const promptTokens = all.slice(0, 1 + (at % (all.length - 1)));
          return { ...honest, promptTokens, outputTokens: all.slice(promptTokens.length) };
        };
        const same = cut(a).promptTokens.length === cut(b).promptTokens.length;
        expect(completionHash(cut(a)) === completionHash(cut(b))).toBe(same);
      }),
    );
  });
});

describe("a contradiction", () => {
  let backend: Backend;
  let vocabulary: Vocabulary;
  let tale: CompletionFile;
  beforeAll(async () => {
    backend = await Backend.open();
    vocabulary = (await backend.loadModel(draftF16)).vocabulary;
    const outputTokens = vocabulary.promptTokens("there was a king").slice(1);
    tale = {
      ...honest,
      promptTokens: vocabulary.promptTokens("Once"),
      outputTokens,
      text: vocabulary.text(outputTokens),
    };
  });
  afterAll(() => backend.close());

  test("is in none of what agrees, end token or not", () => {
    expect(contradiction(tale, vocabulary)).toBe(null);
    const end = vocabulary.endTokens[0]!;
    const outputTokens = [...tale.outputTokens, end];
    const ended = { ...tale, outputTokens, text: vocabulary.text(outputTokens), stop: "end-token" as const };
    expect(contradiction(ended, vocabulary)).toBe(null);
    expect(contradiction({ ...ended, stop: "limit", ignoredEndToken: true }, vocabulary)).toBe(null);
    expect(contradiction({ ...ended, stop: "limit" }, vocabulary)).toBe(
      'stop is "limit", yet the last token is an end token',
    );
  });

  test("is found in prompt, text and end", () => {
    expect(contradiction({ ...tale, prompt: "Twice" }, vocabulary)).toBe("prompt is not what promptTokens say");
    expect(contradiction({ ...tale, prompt: "" }, vocabulary)).toBe("prompt is not what promptTokens say");
    expect(contradiction({ ...tale, text: `${tale.text} ` }, vocabulary)).toBe("text is not what outputTokens say");
    expect(contradiction({ ...tale, stop: "end-token" }, vocabulary)).toBe(
      'stop is "end-token", yet the last token is no end token',
    );
  });
});
