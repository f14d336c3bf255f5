import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { networkSettings } from "../../../experiments/network/settings.ts";
import { withCurrentNames } from "../../../src/lab/experiment/aliases.ts";
import { type ExperimentChoices, ExperimentFileError, parseExperiment } from "../../../src/lab/experiment/file.ts";

const text = readFileSync("experiments/network/network.yaml", "utf8");
/** The file as it was written before the words changed. */
const old = text
  .replace(/^ {2}- \{ kind: withholding(.*)behavior: withholds/m, "  - { kind: withholding$1conduct: sends-noise")
  .replace(/behavior: never-pays/g, "conduct: redirects-payment")
  .replace(/behavior: (honest|echo|collude)/g, "behaviour: $1")
  .replace(/strategy: lazy-draft-honest-endpoints/, "strategy: lazy-draft-honest-ends");
const current = old
  .replaceAll("conduct: sends-noise", "behavior: garbage-output")
  .replaceAll("conduct: redirects-payment", "behavior: payment-replacement")
  .replaceAll("behaviour: ", "behavior: ")
  .replace("strategy: lazy-draft-honest-ends", "strategy: lazy-draft-honest-endpoints");

const parse = (yaml: string, choices: ExperimentChoices = {}) =>
  parseExperiment("n.yaml", yaml, { network: { settings: networkSettings } }, choices);

function lineOf(yaml: string, part: string): string {
  const before = yaml.slice(0, yaml.indexOf(part)).split("\n");
  return `n.yaml:${before.length}:${before.at(-1)!.length + 1}`;
}

describe("words of experiment files that were renamed", () => {
  test("the old ones are read as the new ones, in the file and its presets, each with one warning at its first place", () => {
    for (const preset of [undefined, "quick"]) {
      const { settings, deprecated } = parse(old, { preset });
      expect(settings).toEqual(parse(current, { preset }).settings);
      expect(deprecated).toEqual([
        expect.stringContaining("lazy-draft-honest-ends is called lazy-draft-honest-endpoints now;"),
        `${lineOf(old, "conduct: sends-noise")} conduct is called behavior now, here and in 2 more places; the next release will not know the old word`,
        `${lineOf(old, "sends-noise")} sends-noise is called garbage-output now; the next release will not know the old word`,
        expect.stringContaining("redirects-payment is called payment-replacement now, here and in 1 more place;"),
        expect.stringContaining("behaviour is called behavior now, here and in 5 more places;"),
      ]);
    }
    expect(parse(current).deprecated).toBe(undefined);
  });

  test("a file's factors, and overrides of keys, values and factors", () => {
    const factors = (key: string, values: string) => `${current}factors:\n  ${key}: ${values}\n`;
    const varied = parse(factors("nodes.9.conduct", "[honest, sends-noise]"));
    expect(varied.combinations!.map(({ values }) => values)).toEqual([
      { "nodes.9.behavior": "honest" },
      { "nodes.9.behavior": "garbage-output" },
    ]);
    expect(varied.deprecated).toHaveLength(2);

    const { settings, deprecated } = parse(current, {
      overrides: ["clients.0.conduct=denies-delivery", "verifiers=[{kind: v, count: 1, behaviour: deny}]"],
    });
    expect(settings["clients"]).toMatchObject([{ behavior: "false-nondelivery-charge" }, {}, {}, {}, {}]);
    expect(settings["verifiers"]).toMatchObject([{ behavior: "deny" }]);
    expect(deprecated).toEqual([
      "--set clients.0.conduct=denies-delivery: conduct is called behavior now; the next release will not know the old word",
      "--set clients.0.conduct=denies-delivery: denies-delivery is called false-nondelivery-charge now; the next release will not know the old word",
      "--set verifiers=[{kind: v, count: 1, behaviour: deny}]: behaviour is called behavior now; the next release will not know the old word",
    ]);

    const overridden = parse(current, { overrides: ["factors.nodes.9.conduct=[honest, cries-unpaid]"] });
    expect(overridden.combinations!.map(({ values }) => values)).toEqual([
      { "nodes.9.behavior": "honest" },
      { "nodes.9.behavior": "false-unpaid-charge" },
    ]);
    expect(parse(current, { overrides: ["playTransmissions=true"] }).settings["simulateTransmissions"]).toBe(true);
  });

  test("both spellings of one key are a mistake, and an old word elsewhere is nobody's", () => {
    const both = current.replace("behavior: garbage-output", "behavior: garbage-output, conduct: honest");
    expect(() => parse(both)).toThrow(/^n\.yaml:\d+:\d+ nodes\.9\.conduct: unknown key/m);
    expect(() => parse(`${current}conduct: honest\n`)).toThrow(ExperimentFileError);
    expect(parse(current.replace("kind: withholding", "kind: sends-noise")).deprecated).toBe(undefined);
  });

  test("a mistake beside an old word is said at its own place, in the new words", () => {
    const wrong = old.replace("conduct: sends-noise", "conduct: sends-nothing");
    expect(() => parse(wrong)).toThrow(`${lineOf(wrong, "sends-nothing")} nodes.9.behavior: expected one of honest`);
  });

  test("settings that an earlier version resolved", () => {
    const { settings } = parse(current);
    const before = JSON.parse(
      JSON.stringify(settings)
        .replaceAll('"behavior":"garbage-output"', '"conduct":"sends-noise"')
        .replaceAll('"simulateTransmissions"', '"playTransmissions"'),
    ) as object;
    expect(withCurrentNames(before)).toEqual(JSON.parse(JSON.stringify(settings)));
  });
});
