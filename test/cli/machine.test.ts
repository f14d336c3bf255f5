/** The commands about the machine itself. */
import { copyFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { modelFindings } from "../../src/cli/commands/doctor.ts";
import type { HardwareProfile } from "../../src/inference/calibrate.ts";
import { scratchFolder } from "../inference/gguf/scratch.ts";
import { camelid, draft, readJson, refusalLine } from "./camelid.ts";

const folder = scratchFolder();

test("doctor finds nothing wrong here, and looks at every embedded model", async () => {
  const { out, err, code } = await camelid("doctor", "--json");
  expect([err, code]).toEqual(["", 0]);
  const findings = JSON.parse(out) as { what: string; state: string; detail: string }[];
  expect(findings.filter(({ state }) => state === "WRONG")).toEqual([]);
  expect(findings.find(({ what }) => what === "llama.cpp")!.state).toBe("ok");
  const gpus = findings.filter(({ what }) => ["cuda", "vulkan", "metal"].includes(what));
  expect(gpus.length).toBeGreaterThan(0);
  for (const { detail } of gpus.filter(({ state }) => state === "note"))
    expect(detail).toMatch(
      /^not usable: no (device or driver found|llama.cpp build for it is installed).*use the CPU$/,
    );
  const { models } = readJson<{ models: object }>("models/manifest.json");
  const looked = findings.filter(({ what }) => what === "model").map(({ detail }) => detail.split(":")[0]);
  expect(looked.sort()).toEqual(Object.keys(models).sort());
});

test("doctor names a model that is damaged, cut short or gone, and a folder without models", async () => {
  const models = join(folder, "models/");
  mkdirSync(models);
  expect(await modelFindings(models)).toMatchObject([
    { state: "WRONG", detail: expect.stringContaining("lists none") },
  ]);

  const { models: listed } = readJson<{ models: Record<string, object> }>("models/manifest.json");
  const names = ["tales-draft-f16.gguf", "tales-draft-q8_0.gguf", "tales-draft-q4_0.gguf", "tales-distilled-q4_0.gguf"];
  const some = Object.fromEntries(names.map((name) => [name, listed[name]]));
  writeFileSync(
    join(models, "manifest.json"),
    JSON.stringify({ ...readJson<object>("models/manifest.json"), models: some }),
  );
  const [whole, damaged, cut] = names;
  for (const name of [whole!, damaged!, cut!]) copyFileSync(join("models", name), join(models, name));
  const bytes = readFileSync(join(models, damaged!));
  bytes[bytes.length - 1]! ^= 1;
  writeFileSync(join(models, damaged!), bytes);
  truncateSync(join(models, cut!), 1000);

  const findings = await modelFindings(models);
  const about = (name: string) => findings.find(({ detail }) => detail.includes(name))!;
  expect(findings.length).toBe(4);
  expect(about(whole!)).toMatchObject({ state: "ok", detail: expect.stringContaining("whole, root ") });
  expect(about(damaged!)).toMatchObject({ state: "WRONG", detail: expect.stringContaining("damaged; restore it") });
  expect(about(cut!).state).toBe("WRONG");
  expect(about(names[3]!)).toMatchObject({ state: "WRONG", detail: expect.stringContaining("no such file") });
});

test("calibrate measures what it is asked for, prints it and writes it", async () => {
  const path = join(folder, "profile.json");
  const plan = ["--batches", "1,2", "--depths", "0,30", "--prefill", "8", "--repeats", "2"];
  const { out, code } = await camelid("calibrate", "--model", draft, ...plan, "--name", "here", "--out", path);
  expect(code).toBe(0);
  const profile = readJson<HardwareProfile>(path);
  expect(profile).toMatchObject({
    format: "camelid-hardware-profile/1",
    name: "here",
    model: { name: "tales-draft-f16" },
  });
  expect(profile.prefill.map(({ tokensPerCall }) => tokensPerCall)).toEqual([8]);
  expect(profile.decode.map(({ batch, depthTokens }) => [batch, depthTokens])).toEqual([
    [1, 0],
    [1, 30],
    [2, 0],
    [2, 30],
  ]);
  const table = out.split("\n").filter((line) => /^(prefill|decode) /.test(line));
  expect(table.length).toBe(5);
  expect(table.map((line) => line.trim().split(/ +/).length)).toEqual([9, 9, 9, 9, 9]);
});

test.each([
  ["--batches", "0", "--batches 0: expected whole numbers of at least 1, separated by commas"],
  ["--depths", "1,,2", "--depths 1,,2: expected whole numbers of at least 0, separated by commas"],
  ["--prefill", "abc", "--prefill abc: expected whole numbers of at least 2, separated by commas"],
])("calibrate refuses %s %s", async (option, value, message) => {
  expect(refusalLine(await camelid("calibrate", "--model", draft, option, value))).toBe(message);
});
