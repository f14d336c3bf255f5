import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { parse } from "yaml";
import { experimentRegistry } from "../../experiments/index.ts";

const page = readFileSync("docs/compare.md", "utf8");
/** Under a heading that names the kind, alone or among others. */
const section = (kind: string) =>
  page.split(/^###? /m).find((part) => part.slice(0, part.indexOf("\n")).split(", ").includes(kind))!;

test.each(Object.keys(experimentRegistry))(
  "docs/compare.md lists every metric of %s with its margin, and no other",
  async (kind) => {
    const { metrics } = experimentRegistry[kind]!.metrics;
    const rows = [...section(kind).matchAll(/^\| (.*`.*) \| (.+) \|$/gm)];
    const listed = new Map(
      rows.flatMap(([, names, margin]) => [...names!.matchAll(/`(\w+)`/g)].map(([, name]) => [name!, margin!])),
    );
    expect([...listed.keys()].sort()).toEqual([...new Set(metrics.map(({ name }) => name))].sort());
    for (const { name, margin } of metrics) {
      const { absolute, relative } = margin;
      const numbers = [...listed.get(name)!.matchAll(/[\d.]+/g)].map(Number);
      const expected = [relative === undefined ? undefined : 100 * relative, absolute].filter((n) => n !== undefined);
      expect([name, numbers]).toEqual([name, expected.length === 0 ? [0] : expected]);
    }
  },
);

test("it links to files that exist", () => {
  const targets = [...page.matchAll(/\]\(([^)#]+)\)/g)].map(([, target]) => `docs/${target}`);
  expect(targets.length).toBeGreaterThan(4);
  expect(targets.filter((target) => !existsSync(target))).toEqual([]);
});

test("the workflows are valid YAML and use only actions of GitHub's own, by version", () => {
  for (const file of ["ci", "compare"]) {
    const { jobs } = parse(readFileSync(`.github/workflows/${file}.yml`, "utf8")) as {
      jobs: Record<string, { steps: { uses?: string; run?: string }[] }>;
    };
    for (const { uses } of Object.values(jobs).flatMap(({ steps }) => steps))
      if (uses !== undefined) expect(uses).toMatch(/^actions\/(checkout|setup-node|upload-artifact)@v\d+$/);
  }
});
