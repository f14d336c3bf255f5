import { copyFileSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { CompletionFile } from "../../src/inference/completion-file.ts";
import { scratchFolder } from "../inference/gguf/scratch.ts";
import { camelid, draft, draftQ8, readJson, refusalLine } from "./camelid.ts";

const folder = scratchFolder();
const openings = readFileSync("models/prompts.txt", "utf8").split("\n").slice(0, 8);

async function generated(...args: string[]): Promise<CompletionFile[]> {
  const { out, err, code } = await camelid("generate", "--json", "--model", draft, "--tokens", "20", ...args);
  if (code !== 0) throw new Error(err);
  return [JSON.parse(out)].flat() as CompletionFile[];
}

describe("the same seed", () => {
  test.each(["gumbel", "inverse-cdf"])(
    "prints the same tokens twice, and in lock step with 7 others: %s",
    async (choice) => {
      const file = join(folder, "openings.txt");
      writeFileSync(file, `${openings.join("\n")}\n\n`); // an empty line is no prompt
      const own = ["--choice", choice, "--seed", "7"];
      const [once] = await generated(openings[0]!, ...own);
      const [twice] = await generated(openings[0]!, ...own);
      expect(twice).toEqual(once);
      const together = await generated("--prompts", file, ...own);
      expect(together.length).toBe(8);
      expect(together[0]).toEqual(once);
      // Prompt i uses seed + i: the last one, too, is what it is alone.
      expect(together.map(({ seed }) => seed)).toEqual([7, 8, 9, 10, 11, 12, 13, 14]);
      const [last] = await generated(openings[7]!, "--choice", choice, "--seed", "14");
      expect(together[7]).toEqual(last);
      const [other] = await generated(openings[0]!, "--choice", choice, "--seed", "8");
      expect(other!.outputTokens).not.toEqual(once!.outputTokens);
    },
  );

  test("at temperature 0 nothing depends on it", async () => {
    const [a] = await generated(openings[0]!, "--temperature", "0", "--seed", "1");
    const [b] = await generated(openings[0]!, "--temperature", "0", "--seed", "2");
    expect(b!.outputTokens).toEqual(a!.outputTokens);
  });
});

test("prints the text on stdout, figures on stderr, and writes what --json prints", async () => {
  const file = join(folder, "tale.json");
  const args = ["generate", "Once upon a time", "--model", draft, "--tokens", "20", "--seed", "3"];
  const { out, err, code } = await camelid(...args, "--out", file);
  expect(code).toBe(0);
  const tale = readJson<CompletionFile>(file);
  expect(out).toBe(`Once upon a time${tale.text}\n`);
  expect(err).toMatch(/^\(20 tokens, ended by the limit, seed 3; prompt \d+ tokens\/s, output \d+ tokens\/s\)\n$/);
  expect(tale.outputTokens.length).toBe(20);
  expect(`${JSON.stringify(tale, null, 1)}\n`).toBe((await camelid(...args, "--json")).out);
});

test("one token is one token", async () => {
  const { err } = await camelid("generate", "Once", "--model", draft, "--tokens", "1");
  expect(err).toMatch(/^\(1 tokens, ended by the limit, seed 1; prompt \d+ tokens\/s, output -\)\n$/);
});

describe("what cannot be done is refused in one line that says where and what to do", () => {
  const refused = async (...args: string[]) => refusalLine(await camelid("generate", ...args));
  const withDraft = (...args: string[]) => refused(...args, "--model", draft);

  test("no prompt, an empty one, no file of prompts", async () => {
    expect(await withDraft()).toBe("no prompt: give one as text, or --prompts FILE with one a line");
    expect(await withDraft("")).toBe("the prompt is empty: expected at least one character");
    expect(await withDraft("--prompts", "nowhere.txt")).toBe(
      "nowhere.txt: cannot be read (ENOENT); expected a text file",
    );
  });

  test("a prompt that does not fit into the context", async () => {
    expect(await withDraft("Once upon a time there was a king", "--context", "6", "--tokens", "4")).toMatch(
      /a prompt of \d+ tokens and 4 to generate need \d+ of context, which has 6; shorten the prompt or the limit/,
    );
  });

  test("sampling that keeps no token", async () => {
    expect(await withDraft("hi", "--top-p", "0")).toBe(
      "top-p 0: expected a number above 0 and up to 1 (1 keeps all tokens)",
    );
  });

  test("a KV cache type that needs flash attention", async () => {
    expect(await withDraft("hi", "--kv-cache", "Q8_0")).toBe(
      "a KV cache of type Q8_0 needs flash attention in llama.cpp: turn it on, or use F16 or F32",
    );
    const [accepted] = await generated("hi", "--kv-cache", "Q8_0", "--flash-attention");
    expect(accepted!.numerics).toMatchObject({ kvCacheType: "Q8_0", flashAttention: true });
  });

  test("a GPU of another system", async () => {
    const absent = process.platform === "darwin" ? "cuda" : "metal";
    expect(await withDraft("hi", "--gpu", absent)).toMatch(
      new RegExp(`^GPU backend '${absent}' was asked for and does not work on this machine .*Use --gpu off`),
    );
  });

  test("a model that is missing, a folder, no GGUF, or cut short", async () => {
    expect(await refused("hi", "--model", "nowhere.gguf")).toBe("nowhere.gguf: no such file; check the path");
    expect(await refused("hi", "--model", folder)).toContain("expected a GGUF file, found a directory");
    const text = join(folder, "text.gguf");
    writeFileSync(text, "hello");
    expect(await refused("hi", "--model", text)).toContain('byte 0: expected the four letters GGUF, found "hell"');
    const cut = join(folder, "cut.gguf");
    copyFileSync(draftQ8, cut);
    truncateSync(cut, 500_000);
    expect(await refused("hi", "--model", cut)).toMatch(/the file has 500000 bytes, its tensors need \d+; /);
  });
});
