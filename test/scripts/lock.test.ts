import { describe, expect, test } from "vitest";
import { entriesWithAddress, missingOptionalPackages } from "../../scripts/lock.ts";

describe("the lock file's check", () => {
  const lock = {
    packages: {
      "": { optionalDependencies: { "tool-linux-x64": "1.0.0" } },
      "node_modules/tool-linux-x64": { version: "1.0.0" },
      "node_modules/a": { optionalDependencies: { "a-darwin-arm64": "2.0.0" } },
      "node_modules/b": { version: "1.0.0", resolved: "https://registry.example/b.tgz" },
      "node_modules/c": { version: "1.0.0", resolved: "packages/c" },
    },
  };

  test("names each optional platform package that is missing, and who wants it", () => {
    expect(missingOptionalPackages(lock)).toEqual([
      { name: "a-darwin-arm64", version: "2.0.0", wantedBy: "node_modules/a" },
    ]);
  });

  test("names each entry that holds a download address", () => {
    expect(entriesWithAddress(lock)).toEqual(["node_modules/b"]);
  });
});
