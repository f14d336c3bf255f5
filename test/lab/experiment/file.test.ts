import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { figure1Settings } from "../../../experiments/figure-1/settings.ts";
import { networkSettings } from "../../../experiments/network/settings.ts";
import { machineSettings } from "../../../experiments/shared/hardware-settings.ts";
import {
  type ExperimentChoices,
  ExperimentFileError,
  parseExperiment,
  readExperiment,
} from "../../../src/lab/experiment/file.ts";

const kinds = {
  "figure-1": { settings: figure1Settings, figures: ["time-by-tokens", "ratio-by-tokens"] },
  // A second kind, so that nothing here can lean on the first.
  toss: {
    settings: z
      .strictObject({
        coins: z.int().min(1).max(9).describe("how many coins"),
        bias: z.strictObject({ heads: z.number().min(0).max(1), tails: z.number().min(0).max(1) }),
        faces: z.array(z.string()).min(1).default(["obverse"]),
      })
      .refine(({ bias }) => bias.heads + bias.tails <= 1, {
        path: ["bias"],
        error: "expected heads + tails at most 1",
      }),
  },
};

const toss = `name: toss-once
kind: toss
question: Does it land?
claims: [C2]
seed: 7
coins: 2
bias: {heads: 0.5, tails: 0.5}
presets:
  quick: {coins: 1}
`;

const problemsOf = (text: string, choices: ExperimentChoices = {}) => {
  try {
    parseExperiment("t.yaml", text, kinds, choices);
  } catch (error) {
    expect(error).toBeInstanceOf(ExperimentFileError);
    return (error as ExperimentFileError).problems;
  }
  return [];
};

const tenTimes = (value: string) => `[${Array.from({ length: 10 }, () => value).join(", ")}]`;
/** Ten times ten times ten times ten, in four lines. */
const bomb = `a: &a ${tenTimes("1")}\nb: &b ${tenTimes("*a")}\nc: &c ${tenTimes("*b")}\nd: &d [*c, *c, *c, *c, *c, *c, *c, *c, *c, *c]\n`;

describe("an experiment file", () => {
  test("gives its head, its settings with defaults filled in, and what was asked for", () => {
    const experiment = parseExperiment("t.yaml", toss, kinds);
    expect(experiment).toMatchObject({ name: "toss-once", kind: "toss", claims: ["C2"], seed: "7" });
    expect(experiment.settings).toEqual({ coins: 2, bias: { heads: 0.5, tails: 0.5 }, faces: ["obverse"] });
    expect(experiment.given).toEqual({ file: "t.yaml", text: toss, preset: null, overrides: [] });
  });

  test("lays a preset over itself, and overrides over that: blocks by key, lists whole, the last word wins", () => {
    const choices = {
      preset: "quick",
      overrides: ["bias.heads=0.25", "coins=3", "coins=4", "faces=[a, b]", "faces.1=c"],
    };
    const { settings, given } = parseExperiment("t.yaml", toss, kinds, choices);
    expect(settings).toEqual({ coins: 4, bias: { heads: 0.25, tails: 0.5 }, faces: ["a", "c"] });
    expect(given.overrides).toEqual(choices.overrides);
    expect(parseExperiment("t.yaml", toss, kinds, { preset: "quick" }).settings["coins"]).toBe(1);
  });

  test("an override's block joins the one there; with := it replaces it, and what is missing then is said", () => {
    const biasAfter = (override: string) => parseExperiment("t.yaml", toss, kinds, { overrides: [override] }).settings;
    expect(biasAfter("bias={heads: 0.1}")["bias"]).toEqual({ heads: 0.1, tails: 0.5 });
    expect(biasAfter("bias:={heads: 0.1, tails: 0}")["bias"]).toEqual({ heads: 0.1, tails: 0 });
    expect(problemsOf(toss, { overrides: ["bias:={heads: 0.1}"] })).toEqual([
      "--set bias:={heads: 0.1} bias.tails: is missing; expected a number",
    ]);
    // A replaced block can be added to, and text with := in it is a value.
    const both = { overrides: ["bias:={heads: 0.1}", "bias.tails=0.2", "faces=[a:=b]"] };
    expect(parseExperiment("t.yaml", toss, kinds, both).settings).toMatchObject({
      bias: { heads: 0.1, tails: 0.2 },
      faces: ["a:=b"],
    });
  });

  test("a block of another form replaces the one there, in a preset as on the command line", () => {
    const forms = {
      toss: {
        settings: z.strictObject({
          // As `hardware` has it, alone and by name.
          machine: machineSettings,
          machines: z.record(z.string(), machineSettings).nullish(),
          fault: z.discriminatedUnion("kind", [
            z.strictObject({ kind: z.literal("loss"), share: z.number() }),
            z.strictObject({ kind: z.literal("churn"), share: z.number(), hours: z.number().default(1) }),
          ]),
        }),
      },
    };
    const text = `name: toss-once
kind: toss
question: Does it land?
claims: [C2]
seed: 7
machine: {published: prototype, speed: 3}
machines: {fast: {published: prototype, speed: 2}, slow: {published: prototype, speed: 0.5}}
fault: {kind: churn, share: 0.1, hours: 4}
presets:
  measured: {machine: {calibrated: [a.json]}, machines: {fast: {calibrated: [b.json]}}}
`;
    const withChoices = (choices: ExperimentChoices) => parseExperiment("t.yaml", text, forms, choices).settings;
    const slow = { published: "prototype", speed: 0.5 };
    expect(withChoices({ preset: "measured" })).toMatchObject({
      machine: { calibrated: ["a.json"] },
      machines: { fast: { calibrated: ["b.json"] }, slow },
    });
    const measured = { calibrated: ["c.json"] };
    expect(withChoices({ overrides: ["machine={calibrated: [c.json]}"] })["machine"]).toEqual(measured);
    expect(withChoices({ overrides: ["machines.fast={calibrated: [c.json]}"] })["machines"]).toEqual({
      fast: measured,
      slow,
    });
    expect(withChoices({ overrides: ["machines:={one: {calibrated: [c.json]}}"] })["machines"]).toEqual({
      one: measured,
    });
    expect(withChoices({ preset: "measured", overrides: ["machine={published: prototype}"] })["machine"]).toEqual({
      published: "prototype",
      speed: 1,
    });
    // Of the same form, keys not given stay.
    expect(withChoices({ overrides: ["machine={speed: 5}"] })["machine"]).toEqual({ published: "prototype", speed: 5 });
    expect(withChoices({ overrides: ["fault={kind: loss}", "fault.share=0.2"] })["fault"]).toEqual({
      kind: "loss",
      share: 0.2,
    });
  });

  test("machines of a real experiment are changed on the command line", () => {
    const profile = "experiments/shared/profiles/epyc-2-cores-1b-q4_0.json";
    const schemas = { network: { settings: networkSettings } };
    const hardwareAfter = (override: string) =>
      readExperiment("experiments/network/network.yaml", schemas, { overrides: [override] }).settings["hardware"];
    expect(hardwareAfter(`hardware.slow={calibrated: [${profile}]}`)).toMatchObject({
      prototype: { published: "prototype" },
      slow: { calibrated: [profile] },
    });
    expect(Object.keys(hardwareAfter(`hardware={slow: {calibrated: [${profile}]}}`) as object)).toHaveLength(3);
  });

  test("what takes one of several forms is told by its forms, and a name in a block by its value", () => {
    const read = (override: string) => () =>
      readExperiment(
        "experiments/network/network.yaml",
        { network: { settings: networkSettings } },
        { overrides: [override] },
      );
    expect(read("hardware.slow=foo")).toThrow(
      '--set hardware.slow=foo hardware.slow: expected {published} or {calibrated}, found "foo"',
    );
    expect(read("peering=foo")).toThrow('expected one of drawn, discovered, found "foo"');
  });

  test("a seed on the command line is an override like any other", () => {
    expect(parseExperiment("t.yaml", toss, kinds, { overrides: ["seed=abc"] }).seed).toBe("abc");
  });

  test("names every problem at once, each with its line and column", () => {
    const text = `name: Toss once
kind: toss
question: Does it land?
claims: [C2, C20]
coins: 0
coins: ten
bias:
  heads: 2
  tials: 0.5
face: [a]
presets:
  quick: {coin: 1}
  long:
    coins: 10
`;
    expect(problemsOf(text)).toEqual([
      "t.yaml:1:1 seed: is missing; expected root of all randomness: text or a whole number",
      't.yaml:1:7 name: expected lower-case letters, digits and "-", found "Toss once"',
      't.yaml:4:14 claims.1: expected a claim number from C1 to C19, found "C20"',
      "t.yaml:6:1 coins: this key is given more than once; keep one",
      't.yaml:6:8 coins: expected a number, found "ten"',
      "t.yaml:8:3 bias.tails: is missing; expected a number",
      "t.yaml:8:10 bias.heads: expected at most 1, found 2",
      "t.yaml:9:3 bias.tials: unknown key; did you mean tails?; known here: heads, tails",
      "t.yaml:10:1 face: unknown key; did you mean faces?; known here: name, kind, question, claims, seed, reproduce, figures, factors, combine, presets, coins, bias, faces",
      "t.yaml:12:11 presets.quick.coin: unknown key; did you mean coins?; known here: coins, bias, faces, figures, factors, combine",
      "t.yaml:14:12 presets.long.coins: expected at most 9, found 10",
    ]);
  });

  test("an impossible combination is refused where it stands, also when only a preset makes it", () => {
    expect(problemsOf(toss.replace("tails: 0.5", "tails: 0.6"))).toEqual([
      "t.yaml:7:7 bias: expected heads + tails at most 1",
    ]);
    expect(problemsOf(toss.replace("{coins: 1}", "{bias: {heads: 0.9}}"))).toEqual([
      "t.yaml:9:17 presets.quick.bias: expected heads + tails at most 1",
    ]);
  });

  test("overrides are checked like the file and named in the message", () => {
    const overrides = ["coins=0", "bias.tails=x", "bais.tails=0", "bias.tail=0", "kind=figure-1", "faces.3=x", "coins"];
    expect(problemsOf(toss, { overrides })).toEqual([
      "--set bais.tails=0 bais: unknown key; did you mean bias?; known here: name, question, claims, seed, reproduce, figures, factors, combine, coins, bias, faces",
      "--set kind=figure-1 kind: can only be changed in the file",
      "--set faces.3=x: 3: there is no list here to take an item of",
      "--set coins: expected path=value, for instance repeats=3",
      "--set coins=0 coins: expected at least 1, found 0",
      '--set bias.tails=x bias.tails: expected a number, found "x"',
      "--set bias.tail=0 bias.tail: unknown key; did you mean tails?; known here: heads, tails",
    ]);
  });

  test("an override that YAML takes for a number is the text as typed where only text will do", () => {
    const schemas = { network: { settings: networkSettings } };
    const revisionAfter = (...overrides: string[]) =>
      readExperiment("experiments/network/network.yaml", schemas, { overrides }).settings["revision"];
    expect(revisionAfter("revision=2023.1")).toBe("2023.1");
    expect(() => revisionAfter("revision=2023.7")).toThrow("--set revision=2023.7 revision: expected one of 2023.1");
  });

  test("an override whose value is not YAML is refused in one line", () => {
    const [line, ...others] = problemsOf(toss, { overrides: ["faces=[a"] });
    expect(line).toMatch(/^--set faces=\[a: .*flow/i);
    expect(others).toEqual([]);
  });

  test("an unknown kind or preset is answered with the known ones", () => {
    expect(problemsOf(toss.replace("kind: toss", "kind: tos"))).toEqual([
      't.yaml:2:7 kind: expected one of figure-1, toss, found "tos"; did you mean toss?',
    ]);
    expect(problemsOf(toss, { preset: "quik" })).toEqual(["--preset quik: expected one of quick; did you mean quick?"]);
  });

  test.each([
    ["", "t.yaml: expected keys such as name, kind, question, claims, seed"],
    ["- a\n- b\n", "t.yaml: expected keys such as name, kind, question, claims, seed"],
    ["name: [a\n", "t.yaml:2:1 "],
    ["a: &x [1]\nb: *y\n", "t.yaml:2:4 *y: expected the name of an anchor above"],
    ["a: 1\n---\nb: 2\n", "t.yaml:2:1 a second document starts here; expected one experiment in a file"],
    ["a: &x {b: *x}\n", "t.yaml:1:11 *x: stands within &x, so it would have no end; write out what is meant"],
    [bomb, "t.yaml:4:36 *c: aliases up to here stand for more than 10000 values; write out what is meant"],
  ])("text that is no block of keys gets one line: %j", (text, start) => {
    const problems = problemsOf(text);
    expect(problems[0]).toContain(start);
    expect(problems.join("\n").split("\n")).toHaveLength(problems.length);
  });

  test("aliases are the values that they name, however often", () => {
    const text = toss
      .replace("coins: 2", "coins: &coins 2")
      .replace("seed: 7", "seed: 7\nfaces: &faces [heads, tails]");
    const many = `${text}  many: {coins: *coins, faces: *faces}\n`;
    expect(parseExperiment("t.yaml", many, kinds, { preset: "many" }).settings).toMatchObject({
      faces: ["heads", "tails"],
    });
    const often = toss.replace(
      "coins: 2",
      `coins: 2\nfaces: [&a up, ${Array.from({ length: 300 }, () => "*a").join(", ")}]`,
    );
    expect(parseExperiment("t.yaml", often, kinds).settings["faces"]).toHaveLength(301);
  });

  test("chooses figures of its kind; another name is answered, where it stands, with those that there are", () => {
    const text = readFileSync("experiments/figure-1/figure-1.yaml", "utf8");
    const lines = text.split("\n");
    const place = lines.indexOf("kind: figure-1") + 2;
    const choosing = (figures: string) => lines.toSpliced(place - 1, 0, `figures: ${figures}`).join("\n");
    const chosen = (figures: string, choices: ExperimentChoices = {}) =>
      parseExperiment("t.yaml", choosing(figures), kinds, choices).figures;
    expect(parseExperiment("t.yaml", text, kinds).figures).toBe(undefined);
    expect(chosen("[time-by-tokens]")).toEqual(["time-by-tokens"]);
    expect(chosen("[time-by-tokens]", { overrides: ["figures=[]"] })).toEqual([]);
    expect(problemsOf(choosing("[time-by-tokens, ratio-by-token]"))).toEqual([
      `t.yaml:${place}:27 figures.1: expected one of time-by-tokens, ratio-by-tokens, found "ratio-by-token"; did you mean ratio-by-tokens?`,
    ]);
    // A run that varies settings draws one of its own.
    const factors = { overrides: ["factors.checkBudget=[1,2]"] };
    expect(chosen("[metrics-by-factor]", factors)).toEqual(["metrics-by-factor"]);
    expect(problemsOf(choosing("[time-by-tokens]"), factors)).toEqual([
      `t.yaml:${place}:11 figures.0: expected "metrics-by-factor", found "time-by-tokens"`,
    ]);
  });

  test("a file that is not there is named", () => {
    expect(() => readExperiment("nowhere.yaml", kinds)).toThrow("nowhere.yaml: cannot be read: no such file");
  });
});

describe("experiments/figure-1/figure-1.yaml", () => {
  const file = fileURLToPath(new URL("../../../experiments/figure-1/figure-1.yaml", import.meta.url));

  test.each(["quick", "full", undefined])(
    "is valid in preset %s and measures every length of the published figure",
    (preset) => {
      const { settings, claims } = readExperiment(file, kinds, { preset });
      expect(settings["tokens"]).toEqual([1, 10, 25, 50, 75, 100, 250, 500, 1000]);
      expect(claims).toEqual(["C1", "C3", "C4", "C11"]);
    },
  );

  test("says what is wrong with a model, a form, a length", () => {
    const text = readFileSync(file, "utf8")
      .replace("synthesize: 100m", "synthesise: 100m")
      .replace("[generate, bare-prefill,", "[bare-prefill, one-pas,")
      .replace("[1, 10,", "[1, 1,");
    expect(problemsOf(text).map((line) => line.replace(/^t.yaml:\d+:\d+ /, ""))).toEqual([
      "models.1.synthesize: is missing; expected name of a llama shape: tiny, 10m, 100m, 1b, 7b, 13b, 70b",
      "models.1.synthesise: unknown key; did you mean synthesize?; known here: file, tokens, synthesize, format, seed",
      "tokens: expected each length once",
      'forms.1: expected one of generate, bare-prefill, prototype, prefix-sharing, one-pass, concurrent, all-positions, found "one-pas"; did you mean one-pass?',
    ]);
  });

  test("a synthesised model can be swapped for a file from the command line", () => {
    const { settings } = readExperiment(file, kinds, { overrides: ["models.1={file: big.gguf}"] });
    expect(figure1Settings.parse(settings).models[1]).toEqual({ file: "big.gguf" });
  });
});
