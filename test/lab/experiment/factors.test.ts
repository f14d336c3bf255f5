import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { networkSettings } from "../../../experiments/network/settings.ts";
import { combinationName } from "../../../src/lab/experiment/factors.ts";
import { type ExperimentFileError, parseExperiment } from "../../../src/lab/experiment/file.ts";

const network = readFileSync("experiments/network/network.yaml", "utf8");
const lineCount = network.split("\n").length - 1;

/** The experiment file with some lines after its last one. */
function withLines(lines: readonly string[], overrides: readonly string[] = []) {
  return parseExperiment(
    "n.yaml",
    `${network}${lines.join("\n")}\n`,
    { network: { settings: networkSettings } },
    { overrides },
  );
}

const names = (lines: readonly string[], overrides: readonly string[] = []) =>
  withLines(lines, overrides).combinations!.map(({ values }) => combinationName(values));

function problems(lines: readonly string[], overrides: readonly string[] = []): readonly string[] {
  try {
    withLines(lines, overrides);
  } catch (error) {
    return (error as ExperimentFileError).problems;
  }
  throw new Error("expected problems, found none");
}

const at = (line: number, column: number) => `n.yaml:${lineCount + line}:${column}`;

describe("factors", () => {
  test("combine every value of a list with every one of a range, and put both in place", () => {
    const { combinations, settings } = withLines([
      "factors:",
      "  jobs.stakeRatio: [0.5, 2]",
      "  checkBudget: { from: 1, to: 4, step: 2 }",
    ]);
    expect(combinations!.map(({ values }) => combinationName(values))).toEqual([
      "jobs.stakeRatio=0.5, checkBudget=1",
      "jobs.stakeRatio=0.5, checkBudget=3",
      "jobs.stakeRatio=2, checkBudget=1",
      "jobs.stakeRatio=2, checkBudget=3",
    ]);
    expect(combinations![3]!.settings).toEqual({
      ...settings,
      checkBudget: 3,
      jobs: { ...(settings["jobs"] as object), stakeRatio: 2 },
    });
  });

  test("are paired on request", () => {
    const lines = ["combine: paired", "factors:", "  checkBudget: [1, 2]", "  nodes.0.count: [10, 20]"];
    expect(names(lines)).toEqual(["checkBudget=1, nodes.0.count=10", "checkBudget=2, nodes.0.count=20"]);
  });

  test("have ranges without rounding errors", () => {
    expect(names(["factors: { jobs.perHour: { from: 0.1, to: 0.3, step: 0.1 } }"])).toEqual([
      "jobs.perHour=0.1",
      "jobs.perHour=0.2",
      "jobs.perHour=0.3",
    ]);
  });

  test("can be given or changed on the command line", () => {
    const lines = ["factors:", "  checkBudget: [1, 2]"];
    expect(names(lines, ["factors.checkBudget=[5]", "factors.jobs.stakeRatio=[1,2]"])).toEqual([
      "checkBudget=5, jobs.stakeRatio=1",
      "checkBudget=5, jobs.stakeRatio=2",
    ]);
    expect(names([], ["factors={revision: ['2023.1', '2026.1']}"])).toEqual(["revision=2023.1", "revision=2026.1"]);
    expect(problems([], ["factors.checkBudget=[1,-2]"])).toEqual([
      "--set factors.checkBudget=[1,-2] factors.checkBudget: expected at least 0, found -2",
    ]);
  });

  test("that cannot be are all said at once, each with its place", () => {
    expect(
      problems([
        "factors:",
        "  jobs.stakeRatio: [0.5, -1, -1.5]",
        "  jobs.steakRatio: [1]",
        "  chekBudget: [1]",
        "  nodes.70.count: [3]",
        "  protocol.disputeWindoMs: [1]",
      ]).map((line) => line.split("; known here")[0]),
    ).toEqual([
      `${at(2, 20)} factors.jobs.stakeRatio: expected at least 0.001, found -1`,
      `${at(2, 20)} factors.jobs.stakeRatio: expected at least 0.001, found -1.5`,
      `${at(3, 20)} factors.jobs.steakRatio: unknown key; did you mean stakeRatio?`,
      `${at(4, 3)} factors.chekBudget: chekBudget: unknown key; did you mean checkBudget?`,
      `${at(5, 19)} factors.nodes.70.count: 70: expected an item number from 0 to 9`,
      expect.stringContaining(`${at(6, 28)} factors.protocol.disputeWindoMs: unknown key`),
    ]);
  });

  test.each([
    [["  verifiers: [[]]"], `${at(2, 14)} factors.verifiers: expected verifiers: a client outsources`],
    [["  checkBudget: [1, 1]"], `${at(2, 16)} factors.checkBudget: 1 comes twice; give each value once`],
    [
      ["  jobs: [{}]", "  jobs.hours: [1]"],
      `${at(3, 15)} factors.jobs.hours: lies within jobs, which is varied too; keep one`,
    ],
    [["  runs: []"], `${at(2, 9)} factors.runs: expected at least 1 item, found an empty list`],
    [["  runs: { from: 2, to: 1, step: 1 }"], `${at(2, 9)} factors.runs: expected from to be at most to`],
    [
      ["  runs: { from: 1, to: 1000000, step: 1 }"],
      `${at(2, 9)} factors.runs: too many combinations; expected at most 10000`,
    ],
    [
      ["  runs: [1, 2]", "  slices: [1]", "combine: paired"],
      `${at(3, 11)} factors.slices: expected 2 values, as many as runs has, found 1: they are paired`,
    ],
  ])("%j are refused", (lines, problem) => {
    expect(problems(["factors:", ...lines])).toEqual([problem]);
  });

  test("in a preset hold when the preset is chosen", () => {
    const text = network.replace("  quick:\n", "  quick:\n    factors: { checkBudget: [1, 2] }\n");
    const read = (preset: string) =>
      parseExperiment("n.yaml", text, { network: { settings: networkSettings } }, { preset });
    expect(read("quick").combinations?.length).toBe(2);
    expect(read("full").combinations).toBeUndefined();
  });
});
