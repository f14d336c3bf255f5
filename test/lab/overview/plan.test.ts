import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { experimentRegistry } from "../../../experiments/index.ts";
import { ExperimentFileError } from "../../../src/lab/experiment/file.ts";
import { type PlanChoices, reproducePlan } from "../../../src/lab/overview/plan.ts";
import { scratchFolder } from "../../support/scratch.ts";
import { writeExperiments } from "./experiments.ts";

const scratch = scratchFolder();
const plan = (folder: string, choices: Partial<PlanChoices> = {}) =>
  reproducePlan(folder, experimentRegistry, { preset: "quick", gpu: async () => "off", ...choices });

async function problemsOf(folder: string, choices: Partial<PlanChoices> = {}): Promise<readonly string[]> {
  const error = await plan(folder, choices).catch((thrown: unknown) => thrown);
  if (!(error instanceof ExperimentFileError)) throw error;
  return error.problems;
}

describe("what reproduce is to do", () => {
  const folder = writeExperiments(join(scratch, "some"), [
    { name: "last", more: "reproduce: { order: 900 }" },
    { name: "b-usual" },
    { name: "a-usual" },
    { name: "first", more: "reproduce: { order: 1 }" },
    { name: "thorough", presets: "full" },
    { name: "on-a-gpu", more: "gpu: cuda\nreproduce: { order: 5, needs: gpu }" },
    { name: "of-a-file", more: `reproduce: { order: 6, needsFile: ${join(scratch, "profile.json")} }` },
  ]);

  test("experiments run in the order that their files ask for, then by name, in the preset", async () => {
    const { experiments } = await plan(folder);
    expect(experiments.map(({ name }) => name)).toEqual(["first", "a-usual", "b-usual", "last"]);
    expect(experiments.map(({ settings }) => settings["repeats"])).toEqual([2, 2, 2, 2]);
  });

  test("what lacks the preset, a GPU or a file is left out with the reason", async () => {
    const { excluded } = await plan(folder);
    expect(excluded.map(({ name, reason }) => [name, reason])).toEqual([
      ["on-a-gpu", expect.stringMatching(/needs a GPU, and llama\.cpp uses none/)],
      [
        "of-a-file",
        `needs ${join(scratch, "profile.json")}, which is not there; its experiment file says how it is made`,
      ],
      ["thorough", "has no preset 'quick'"],
    ]);
    writeFileSync(join(scratch, "profile.json"), "{}");
    expect((await plan(folder)).experiments.map(({ name }) => name)).toContain("of-a-file");
    rmSync(join(scratch, "profile.json"));
  });

  test("where there is a GPU, what needs one runs on it, whichever its file names", async () => {
    const { experiments } = await plan(folder, { gpu: async () => "vulkan" });
    expect(experiments.find(({ name }) => name === "on-a-gpu")?.settings["gpu"]).toBe("vulkan");
    expect(experiments.find(({ name }) => name === "first")?.settings["gpu"]).toBeUndefined();
  });

  test("only some run when asked; nobody looks for a GPU that none of them needs", async () => {
    const gpu = () => Promise.reject(new Error("looked"));
    const { experiments, excluded } = await plan(folder, { only: ["last", "first"], gpu });
    expect(experiments.map(({ name }) => name)).toEqual(["first", "last"]);
    expect(excluded).toEqual([]);
  });

  test("a name or preset that nobody has is refused with those there are", async () => {
    expect(await problemsOf(folder, { only: ["frist"] })).toEqual([
      "--only frist: expected some of a-usual, b-usual, first, last, of-a-file, on-a-gpu, thorough",
    ]);
    expect(await problemsOf(folder, { preset: "slow" })).toEqual([`--preset slow: no experiment in ${folder} has it`]);
  });

  test("mistakes of all files are told at once", async () => {
    const wrong = writeExperiments(join(scratch, "wrong"), [{ name: "one", more: "repets: 3" }, { name: "overview" }]);
    writeFileSync(join(wrong, "two.yaml"), "kind: [");
    const problems = await problemsOf(wrong);
    expect(problems.join("\n")).toMatch(/one\.yaml:\d+:1 repets: unknown key/);
    expect(problems.join("\n")).toMatch(/two\.yaml:/);
    expect(problems.join("\n")).toMatch(/overview\.yaml: name: expected another one/);
  });

  test("two experiments of one name would write into one folder, and are refused", async () => {
    const twins = writeExperiments(join(scratch, "twins"), [{ name: "one" }]);
    writeExperiments(join(twins, "other"), [{ name: "one" }]);
    const { readFileSync } = await import("node:fs");
    writeFileSync(join(twins, "two.yaml"), readFileSync(join(twins, "other", "one.yaml")));
    expect((await problemsOf(twins))[0]).toMatch(
      /two\.yaml: name: expected another one; .*one\.yaml is called one, too/,
    );
  });

  test("a folder without experiments is named", async () => {
    mkdirSync(join(scratch, "none"));
    expect(await problemsOf(join(scratch, "none"))).toEqual([
      `${join(scratch, "none")}: no experiment file (*.yaml) in there`,
    ]);
  });
});

test("every experiment of ours takes part in the quick reproduction, or says why not", async () => {
  const { experiments, excluded } = await plan("experiments");
  expect(experiments.length).toBeGreaterThanOrEqual(3);
  expect(excluded.filter(({ reason }) => reason.includes("preset"))).toEqual([]);
});
