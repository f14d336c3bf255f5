import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { readHardwareProfile } from "../../../experiments/shared/hardware-profiles.ts";
import { scratchFolder } from "../../support/scratch.ts";

const folder = scratchFolder();
const committed = "experiments/shared/profiles/epyc-2-cores-1b-q4_0.json";
const profile = JSON.parse(readFileSync(committed, "utf8")) as { decode: object[] };

function saved(content: unknown): string {
  const file = join(folder, "profile.json");
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

test("the committed profile is one", () => {
  expect(readHardwareProfile(committed).name).toBe("epyc-2-cores-1b");
});

const first = { ...profile.decode[0] };
test.each([
  ["not JSON", "{", /it is not JSON$/],
  ["something else", {}, /expected a hardware profile as camelid calibrate writes it$/],
  [
    "no decode points",
    { ...profile, decode: [] },
    /decode: expected at least one measured point; run camelid calibrate again$/,
  ],
  ["none at all", { ...profile, decode: undefined }, /decode: expected a list of measured points/],
  [
    "a rate in words",
    { ...profile, decode: [{ ...first, tokensPerSecond: "29" }] },
    /decode\.0\.tokensPerSecond: expected a number/,
  ],
  ["no rate", { ...profile, decode: [{ ...first, tokensPerSecond: 0 }] }, /expected a positive rate/],
  [
    "a rate of no machine",
    { ...profile, decode: [{ ...first, tokensPerSecond: 1e300 }] },
    /a rate that a machine can have/,
  ],
  [
    "watts below nothing",
    { ...profile, prefill: [{ ...first, watts: -5 }] },
    /prefill\.0\.watts: expected positive watts/,
  ],
])("%s is refused in one line that names the file and the place", (_, content, expected) => {
  const file = saved(content);
  expect(() => readHardwareProfile(file)).toThrow(expected);
  expect(() => readHardwareProfile(file)).toThrow(file);
});
