import { copyFileSync, mkdirSync, readdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { scratchFolder } from "../inference/gguf/scratch.ts";
import { camelid, ended, start } from "./camelid.ts";

const folder = scratchFolder();
const run = (...args: string[]) => camelid("models", ...args);

test("list shows the embedded models and those of another folder, and a bad file does not hide the good ones", async () => {
  const other = join(folder, "other");
  mkdirSync(other);
  copyFileSync("models/tales-draft-q4_0.gguf", join(other, "good.gguf"));
  writeFileSync(join(other, "bad.gguf"), "no model");
  const { out, code } = await run("list", "--dir", other);
  expect(code).toBe(0);
  expect(out).toMatch(/^models\/tales-target-f16\.gguf +11\.64 MB +F16 +5\.77M +512 +[0-9a-f]{64}$/m);
  expect(out).toMatch(/good\.gguf +874\.40 kB +Q4_0/);
  expect(out).toMatch(/bad\.gguf: byte 0: expected the four letters GGUF, found "no m"/);
});

test("list as JSON gives the manifest's root", async () => {
  const { out } = await run("list", "--json");
  const rows = JSON.parse(out) as { file: string; root: string }[];
  const { models } = JSON.parse(readFileSync("models/manifest.json", "utf8"));
  expect(rows.length).toBeGreaterThanOrEqual(9);
  expect(rows.find(({ file }) => file === "models/tales-target-q8_0.gguf")!.root).toBe(
    models["tales-target-q8_0.gguf"].root,
  );
});

test("inspect tells the facts, as text and as JSON", async () => {
  const { out } = await run("inspect", "models/tales-target-q4_0.gguf", "--tensors");
  expect(out).toMatch(/^parameters +5\.77M \(5770496\)$/m);
  expect(out).toMatch(/^end tokens +2$/m);
  expect(out).toMatch(/^token_embd\.weight +256 x 4096 +Q8_0 +1114112$/m);
  const { out: json } = await run("inspect", "models/tales-target-q4_0.gguf", "--json");
  expect(JSON.parse(json)).toMatchObject({ architecture: "llama", weightFormat: "Q4_0", layers: 6, endTokens: [2] });
});

test("inspect refuses a file that is cut short, in one line, with exit code 2", async () => {
  const path = join(folder, "cut.gguf");
  copyFileSync("models/tales-draft-q4_0.gguf", path);
  truncateSync(path, 800_000);
  const { out, err, code } = await run("inspect", path);
  expect([out, code]).toEqual(["", 2]);
  expect(err).toMatch(
    /^camelid: .*cut\.gguf: tensor ".+" \(\d+ of 20\): the file has 800000 bytes, its tensors need \d+; /,
  );
  expect(err.trimEnd().split("\n").length).toBe(1);
});

test("verify says yes to an embedded model, and names the chunk of a damaged one with exit code 1", async () => {
  const yes = await run("verify", "models/tales-target-f16.gguf");
  expect([yes.code, yes.err]).toEqual([0, ""]);
  expect(yes.out).toContain("whole and unchanged, 12 chunks");

  const path = join(folder, "tales-target-f16.gguf");
  const bytes = readFileSync("models/tales-target-f16.gguf");
  bytes[5_000_000]! ^= 1;
  writeFileSync(path, bytes);
  copyFileSync("models/manifest.json", join(folder, "manifest.json"));
  const no = await run("verify", path);
  expect(no.code).toBe(1);
  expect(no.out).toContain("1 of 12 chunks differ: 4 (bytes 4194304 to 5242879)");
});

test("verify compares with a given root, and says when it cannot place the damage", async () => {
  const path = join(folder, "unlisted.gguf");
  copyFileSync("models/tales-draft-q4_0.gguf", path);
  const { models } = JSON.parse(readFileSync("models/manifest.json", "utf8"));
  const { root } = models["tales-draft-q4_0.gguf"];
  expect((await run("verify", path, "--root", root.toUpperCase())).code).toBe(0);
  const other = await run("verify", path, "--root", "0".repeat(64));
  expect(other.code).toBe(1);
  expect(other.out).toContain("cannot be told without a manifest");
  const none = await run("verify", path);
  expect(none.code).toBe(2);
  expect(none.err).toContain("no root to compare with");
  expect((await run("verify", join(folder, "nowhere.gguf"))).err).toContain("nowhere.gguf: no such file");
});

test("synthesize writes the shape asked for, and import brings it into a folder where verify accepts it", async () => {
  const path = join(folder, "random.gguf");
  const args = ["synthesize", "tiny", "--layers", "3", "--format", "Q4_0", "--no-end-token", "--out", path];
  expect((await run(...args)).out).toContain("for timing only");
  const facts = JSON.parse((await run("inspect", path, "--json")).out);
  expect(facts).toMatchObject({ layers: 3, weightFormat: "Q4_0", endTokens: [] });
  const again = await run(...args);
  expect([again.code, again.err.includes("exists already")]).toEqual([2, true]);

  const models = join(folder, "models");
  expect((await run("import", path, "--dir", models)).code).toBe(0);
  expect((await run("verify", join(models, "random.gguf"))).code).toBe(0);
});

test("a shape that makes no sense is refused with exit code 2", async () => {
  const path = join(folder, "senseless.gguf");
  const { err, code } = await run("synthesize", "tiny", "--heads", "7", "--out", path);
  expect(code).toBe(2);
  expect(err).toBe(
    `camelid: ${path}: heads: 7 do not divide the embedding of 64; kvHeads: 2 do not divide the 7 heads; change the shape\n`,
  );
});

test.skipIf(process.platform === "win32")("Ctrl-C while synthesising leaves nothing", async () => {
  const place = join(folder, "interrupted");
  mkdirSync(place);
  const child = start("models", "synthesize", "1b", "--out", join(place, "big.gguf"));
  const end = ended(child);
  while (readdirSync(place).length === 0 && child.exitCode === null)
    await new Promise((resolve) => setTimeout(resolve, 5));
  child.kill("SIGINT");
  const { err, code } = await end;
  expect(code).toBe(130);
  expect(err).toContain("interrupted; nothing was written");
  expect(readdirSync(place)).toEqual([]);
});
