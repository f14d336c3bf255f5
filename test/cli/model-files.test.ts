/** Model files that are not what they should be, as a user meets them: one line, exit code 2, nothing written. */
import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { scratchFolder } from "../inference/gguf/scratch.ts";
import { camelid, draft, refusalLine } from "./camelid.ts";

const folder = scratchFolder();

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
