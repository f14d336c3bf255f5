import { appendFileSync, copyFileSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { isSnapshot, PlaybackFollower } from "../../../src/lab/playback/follower.ts";
import { scratchFolder } from "../../support/scratch.ts";
import { openRecorded } from "./recorded.ts";

const folder = scratchFolder();
let bytes: Buffer;
beforeAll(async () => {
  const recorded = openRecorded(join(folder, "whole.jsonl"));
  await recorded.play();
  recorded.close();
  bytes = readFileSync(join(folder, "whole.jsonl"));
});

test("read in pieces cut anywhere, it gives the lines that it gives at once", () => {
  const path = join(folder, "pieces.jsonl");
  const whole = new PlaybackFollower(join(folder, "whole.jsonl")).read().lines;
  const follower = new PlaybackFollower(path);
  expect(follower.read().lines).toEqual([]); // there is no such file yet
  const lines = [];
  for (let from = 0; from < bytes.length; from += 1009) {
    appendFileSync(path, bytes.subarray(from, from + 1009));
    lines.push(...follower.read().lines);
  }
  expect(lines).toEqual(whole);
  expect(follower.lines).toBe(whole.length);
  expect(follower.ended).toBe(true);
  expect(follower.read().lines).toEqual([]);
});

test("what a kill left of a line is not shown; begun anew, the file is read anew", () => {
  const path = join(folder, "killed.jsonl");
  writeFileSync(path, bytes.subarray(0, 20_011));
  const follower = new PlaybackFollower(path);
  const before = follower.read();
  expect(before.restarted).toBe(false);
  expect(bytes.subarray(0, 20_011).toString().split("\n").length - 1).toBe(before.lines.length);
  expect(follower.read().lines).toEqual([]);
  writeFileSync(path, bytes.subarray(0, 5000));
  const after = follower.read();
  expect(after.restarted).toBe(true);
  expect(after.lines).toEqual(before.lines.slice(0, after.lines.length));
  expect(follower.ended).toBe(false);
});

test("a file that is moved or copied is read on where it was", () => {
  const [first, second, third] = ["first", "second", "third"].map((name) => join(folder, `${name}.jsonl`));
  writeFileSync(first!, bytes.subarray(0, 30_000));
  const follower = new PlaybackFollower(first!);
  const lines = [...follower.read().lines];
  renameSync(first!, second!);
  appendFileSync(second!, bytes.subarray(30_000, 40_000));
  follower.moveTo(second!);
  lines.push(...follower.read().lines);
  copyFileSync(join(folder, "whole.jsonl"), third!);
  rmSync(second!);
  follower.moveTo(third!);
  lines.push(...follower.read().lines);
  expect(lines).toEqual(new PlaybackFollower(third!).read().lines);
});

test.each([
  ["no JSON", "1:", () => "not JSON\n"],
  ["something else", "1: expected a header of format camelid-playback/1", () => '{"format":"camelid-playback/9"}\n'],
  [
    "time that runs backwards",
    "later than the line before",
    (text: string) => text.replace('{"atUs":0,', '{"atUs":9e15,'),
  ],
  [
    "a row of another length",
    "expected a snapshot",
    (text: string) => text.replace(/"groups":\[\[0,/, '"groups":[[0,0,'),
  ],
])("%s is refused in one line that says where", (_, expected, damage) => {
  const path = join(folder, "damaged.jsonl");
  writeFileSync(path, damage(bytes.toString()));
  expect(() => new PlaybackFollower(path).read()).toThrow(expected);
  expect(() => new PlaybackFollower(path).read()).toThrow(/damaged\.jsonl:\d+: [^\n]+$/);
});

test("a whole playback is small", () => {
  expect(bytes.length).toBeLessThan(150_000);
  const { lines } = new PlaybackFollower(join(folder, "whole.jsonl")).read();
  expect(lines.filter(isSnapshot).length).toBe(161);
});
