/** Model files that are not what they should be, as a user meets them: one line, exit code 2, nothing written. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { scratchFolder } from "../inference/gguf/scratch.ts";
import { bert, llama, stating, withoutBytes, writeModel } from "../support/crafted-models.ts";
import { camelid, draft, refusalLine } from "./camelid.ts";

const folder = scratchFolder();

test("run refuses a draft of another vocabulary before it begins, and names both", async () => {
  const other = writeModel(join(folder, "other.gguf"), llama());
  const args = ["run", "false-accept", "--preset", "quick", "--out", join(folder, "no-results")];
  const { out, err, code } = await camelid(...args, "--set", `models.draft=${other}`);
  expect([out, code]).toEqual(["", 2]);
  const target = "models/tales-target-f16.gguf";
  expect(err).toContain(`camelid: ${other}: its vocabulary is not the target's: it has 512 tokens, ${target} has 4096`);
});

test("generate refuses a prompt that the vocabulary cannot spell, and what is no decoder, in one line", async () => {
  const path = writeModel(join(folder, "letters.gguf"), withoutBytes(llama()));
  const prompts = join(folder, "prompts.txt");
  writeFileSync(prompts, "baku\nbaku\u00e9\n");
  const refused = refusalLine(await camelid("generate", "--prompts", prompts, "--model", path, "--tokens", "4"));
  expect(refused).toContain(`the vocabulary of ${path} cannot spell "\u00e9" (U+00E9) in the prompt "baku\u00e9"`);
  const encoder = writeModel(join(folder, "bert.gguf"), bert());
  expect(refusalLine(await camelid("generate", "Once", "--model", encoder))).toContain("architecture 'bert'");
});

test("inspect tells end tokens from numbers that are no tokens", async () => {
  const path = writeModel(
    join(folder, "foreign.gguf"),
    stating(llama(), ["tokenizer.ggml.eos_token_id", "uint32", 0xffffffff]),
  );
  const { out } = await camelid("models", "inspect", path);
  expect(out).toMatch(/^end tokens +none$/m);
  expect(out).toMatch(
    /^no token +tokenizer\.ggml\.eos_token_id states 4294967295, which the vocabulary does not have$/m,
  );
});

describe("weights that the manifest beside them knows otherwise", () => {
  const models = join(folder, "models");
  const damaged = join(models, basename(draft));
  const expected = `${damaged}: expected the root 2f8cb6e29b3e3e78... that the manifest.json beside it lists, found`;

  beforeAll(() => {
    mkdirSync(models);
    copyFileSync("models/manifest.json", join(models, "manifest.json"));
    const bytes = readFileSync(draft);
    bytes[bytes.length - 1001]! ^= 16;
    writeFileSync(damaged, bytes);
  });

  test("generate refuses them", async () => {
    const out = join(folder, "tale.json");
    const refused = refusalLine(await camelid("generate", "Once", "--model", damaged, "--tokens", "4", "--out", out));
    expect(refused).toContain(expected);
    expect(refused).toContain(`'camelid models verify ${damaged}' tells where`);
    expect(existsSync(out)).toBe(false);
  });

  test("verify refuses them, too, whatever root the completion names", async () => {
    const tale = join(folder, "whole.json");
    await camelid("generate", "Once", "--model", draft, "--tokens", "4", "--out", tale);
    const refused = await camelid("verify", tale, "--model", damaged, "--other-model");
    expect(refusalLine(refused)).toContain(expected);
  });

  test("run refuses them before it begins", async () => {
    const results = join(folder, "results");
    const args = ["run", "false-reject", "--preset", "quick", "--out", results];
    const { out, err, code } = await camelid(...args, "--set", `models.draft=${damaged}`);
    expect([out, code]).toEqual(["", 2]);
    expect(err).toContain(`camelid: ${expected}`);
    const left = existsSync(results) ? readdirSync(results, { recursive: true, withFileTypes: true }) : [];
    expect(left.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual([]);
  });
});
