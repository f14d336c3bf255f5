import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { findExperimentFile } from "../../../src/lab/experiment/find.ts";
import { scratchFolder } from "../../support/scratch.ts";

describe("the experiment that a user means", () => {
  const scratch = scratchFolder();
  const [own, shipped] = [join(scratch, "own"), join(scratch, "shipped")];
  for (const path of ["own/network/network.yaml", "shipped/network/network.yaml", "shipped/network/outages.yaml"]) {
    mkdirSync(join(scratch, path, ".."), { recursive: true });
    writeFileSync(join(scratch, path), "");
  }
  const find = (given: string) => findExperimentFile(given, [own, shipped]);

  test("by name: the folder's file of that name, the user's own before the program's", () => {
    expect(find("network")).toBe(join(own, "network/network.yaml"));
    expect(find("outages")).toBe(join(shipped, "network/outages.yaml"));
  });

  test("by path: as it is, there or not", () => {
    const path = join(own, "network/network.yaml");
    expect(find(path)).toBe(path);
    expect(find("elsewhere/mine.yaml")).toBe("elsewhere/mine.yaml");
  });

  test("the path from before each experiment had a folder is its name", () => {
    expect(find("experiments/outages.yaml")).toBe(join(shipped, "network/outages.yaml"));
    expect(find("experiments/nothing.yaml")).toBe("experiments/nothing.yaml");
  });

  test("a name that no experiment has is answered with the names there are", () => {
    expect(() => find("netwrok")).toThrow(
      "netwrok: no experiment of that name; expected one of network, outages, or the path of an experiment file",
    );
  });

  test("without more said, the program's own are found from any folder", () => {
    expect(findExperimentFile("token-cost")).toMatch(/experiments[/\\]token-cost[/\\]token-cost\.yaml$/);
  });
});
