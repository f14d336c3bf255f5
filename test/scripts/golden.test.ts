import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "vitest";
import { type GoldenFile, goldenFiles, goldenFolder } from "../../scripts/golden-logs/files.ts";

const whatToDo =
  "Behaviour has moved. If a rule was changed on purpose, it needs a revision of its own in src/protocol/revisions.ts; then " +
  "npm run golden writes that revision's logs. If the simulator was changed on purpose and no rule was, " +
  "npm run golden -- --replace writes them again: read the difference before you commit it.";

describe("golden logs", () => {
  let files: GoldenFile[];
  beforeAll(async () => {
    files = await goldenFiles();
  });

  test("there is one of every scenario and revision, and no other", () => {
    const onDisk = globSync("*/*.jsonl", { cwd: goldenFolder }).map((path) => path.replaceAll("\\", "/"));
    expect(onDisk.sort(), "npm run golden writes what is missing").toEqual(files.map(({ path }) => path).sort());
  });

  test("small networks go today as they went when their logs were written", () => {
    for (const { path, text } of files) {
      const golden = readFileSync(join(goldenFolder, path), "utf8").split("\n");
      const now = text.split("\n");
      const first = now.findIndex((line, i) => line !== golden[i]);
      const place = `${goldenFolder}/${path}:${first + 1}`;
      expect(first < 0 ? "" : now[first], `${place}: ${whatToDo}`).toBe(first < 0 ? "" : golden[first]);
      expect(golden.length, `${path}: ${whatToDo}`).toBe(now.length);
    }
  });

  test("they hold what they are about", () => {
    const of = (path: string) => files.find((file) => file.path === path)!.text;
    for (const revision of ["2023.1", "2026.1"]) {
      expect(of(`${revision}/honest-local.jsonl`)).not.toMatch(/"slashed":"node/);
      expect(of(`${revision}/honest-local.jsonl`)).toMatch(/"job.verified".*"accepted":true/);
      expect(of(`${revision}/cheat-slashed.jsonl`)).toMatch(/"job.dispute-ended".*"slashed":"node\/cheat\/0"/);
      expect(of(`${revision}/cheat-slashed.jsonl`)).toMatch(/"node.starved","node":"node\/cheat\/0"/);
      expect(of(`${revision}/colluding-verifiers.jsonl`)).toMatch(/"job.verified".*"node\/cheat\/0","accepted":true/);
    }
  });
});
