import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { collectStats, type GroupStats } from "../../../src/actors/group-stats.ts";
import { schedulings } from "../../../src/actors/world-settings.ts";
import { isSnapshot, PlaybackFollower } from "../../../src/lab/playback/follower.ts";
import type { PlaybackHeader, PlaybackLine, PlaybackSnapshot } from "../../../src/lab/playback/format.ts";
import { EventLog } from "../../../src/sim/event-log.ts";
import { madeUpClaim, nodeGroup } from "../../actors/worlds.ts";
import { scratchFolder } from "../../support/scratch.ts";
import { openRecorded } from "./recorded.ts";

const folder = scratchFolder();

/** Everything that can be seen of a world that was played in twelve slices: its log, and its accounts after each. */
async function history(file: string | undefined, change: Parameters<typeof openRecorded>[1] = {}) {
  const lines: string[] = [];
  const openLog = (kernel: ConstructorParameters<typeof EventLog>[0]) =>
    new EventLog(kernel, (line) => lines.push(line));
  const recorded = openRecorded(file, change, { openLog });
  const accounts: GroupStats[][] = [];
  for (let slice = 1; slice <= 12; slice++) {
    await recorded.play(Math.round((recorded.world.endUs * slice) / 12));
    accounts.push(collectStats(recorded.world));
  }
  recorded.close();
  return { lines, accounts };
}

function linesOf(file: string): { header: PlaybackHeader; lines: readonly PlaybackLine[]; ended: boolean } {
  const follower = new PlaybackFollower(file);
  const { lines } = follower.read();
  return { header: follower.header!, lines, ended: follower.ended };
}

/** The snapshots, with rows that say "as before" filled in. */
function snapshotsOf(lines: readonly PlaybackLine[]): PlaybackSnapshot[] {
  const whole: PlaybackSnapshot[] = [];
  for (const line of lines.filter(isSnapshot))
    whole.push({ ...line, groups: line.groups.map((row, i) => row ?? whole.at(-1)!.groups[i]!) });
  return whole;
}

describe.each(schedulings)("%s work", (scheduling) => {
  test("a recorded world goes as it would without: the same events, the same accounts at every slice", async () => {
    const file = join(folder, `${scheduling}.jsonl`);
    const plain = await history(undefined, { scheduling });
    const recorded = await history(file, { scheduling });
    expect(plain.lines.length).toBeGreaterThan(100);
    expect(recorded).toEqual(plain);
  });

  test("a snapshot says of every group what its account says", async () => {
    const file = join(folder, `${scheduling}-accounts.jsonl`);
    const { accounts } = await history(file, { scheduling });
    const { header, lines } = linesOf(file);
    const snapshots = snapshotsOf(lines);
    let compared = 0;
    for (const account of accounts) {
      const snapshot = snapshots.find(({ atUs }) => atUs === account[0]!.atUs);
      if (snapshot === undefined) continue; // this slice ends between two snapshots
      for (const [i, { party, kind, members }] of header.groups.entries()) {
        const standing = account.find((one) => one.party === party && one.kind === kind)!;
        expect(standing.members).toBe(members);
        for (const [column, name] of header.columns[party].entries())
          if (name in standing) {
            expect(`${kind} ${name} ${snapshot.groups[i]![column]}`).toBe(
              `${kind} ${name} ${standing[name as keyof GroupStats]}`,
            );
            compared++;
          }
      }
      const network = account.at(-1)!;
      expect(snapshot.messages).toBe(network.messages);
      expect(snapshot.bytes).toBe(network.bytes);
      expect(snapshot.blocks).toBe(network.blocks);
      expect(snapshot.staleBlocks).toBe(network.staleBlocks);
      expect(snapshot.stages.reduce((a, b) => a + b)).toBe(network.jobs);
    }
    expect(compared).toBeGreaterThan(4 * 40);
  });
});

test("the same cell writes the same bytes, however late the answers come; another run writes others", async () => {
  const slow = async (questions: readonly Parameters<typeof madeUpClaim>[0][]) => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return questions.map(madeUpClaim);
  };
  const bytes = async (name: string, change = {}, options = {}) => {
    const recorded = openRecorded(join(folder, name), change, options);
    await recorded.play();
    recorded.close();
    return readFileSync(join(folder, name), "utf8");
  };
  const one = await bytes("one.jsonl");
  expect(await bytes("late.jsonl", {}, { answer: slow })).toBe(one);
  expect(await bytes("other.jsonl", { run: 1 })).not.toBe(one);
});

test("a playback is bounded: its snapshots, few events between two of them, and how many there were beyond", async () => {
  const file = join(folder, "busy.jsonl");
  const jobs = {
    perHour: 4000,
    hours: 0.1,
    settleHours: 0.4,
    tokenLimit: 32,
    rewardUnits: 100_000,
    stakeUnits: 100_000,
    feeUnits: 1000,
  };
  // Nothing but cheats: every job is disputed.
  const nodes = [nodeGroup("unrelated", 20, { strategy: { name: "unrelated" } })];
  const recorded = openRecorded(file, { jobs, nodes, scheduling: "central" });
  await recorded.play();
  recorded.close();
  const { header, lines, ended } = linesOf(file);
  expect(ended).toBe(true);
  expect(snapshotsOf(lines).map(({ atUs }) => atUs)).toEqual(
    Array.from({ length: header.steps + 1 }, (_, i) => Math.round((header.endUs * i) / header.steps)),
  );
  let inStep = 0;
  for (const line of lines.slice(1)) {
    if ("event" in line && line.event !== "inference" && line.event !== "more") inStep++;
    if (isSnapshot(line)) inStep = 0;
    expect(inStep).toBeLessThanOrEqual(8);
  }
  const unsaid = lines.filter((line) => "event" in line && line.event === "more");
  expect(unsaid.length).toBeGreaterThan(0);
});

test("the news are the log's, to the microsecond, and say who was slashed", async () => {
  const file = join(folder, "news.jsonl");
  const { lines } = await history(file, { scheduling: "central" });
  const logged = lines.map((line) => JSON.parse(line)).filter(({ kind }) => kind === "job.dispute-ended");
  const told = linesOf(file).lines.filter((line) => "event" in line && line.event === "job.dispute-ended");
  expect(logged.some(({ slashed }) => slashed !== null)).toBe(true);
  expect(told).toEqual(logged.map(({ t, kind, ...fields }) => ({ atUs: t, event: kind, ...fields })));
});

test("whoever follows sees a step as soon as it is played, and that the run waits for a model", async () => {
  const file = join(folder, "followed.jsonl");
  const follower = new PlaybackFollower(file);
  let whileAsking: readonly PlaybackLine[] = [];
  const recorded = openRecorded(
    file,
    {},
    {
      provideOutputs: async (questions) => {
        if (whileAsking.length === 0) whileAsking = follower.read().lines;
        return questions.map(madeUpClaim);
      },
    },
  );
  await recorded.play(recorded.world.endUs / 2);
  expect(whileAsking[0]).toMatchObject({ format: "camelid-playback/1", cell: "mixed, redundant, run 0" });
  expect(whileAsking.at(-1)).toMatchObject({ event: "inference", texts: expect.any(Number) });
  const { lines } = follower.read();
  expect(lines.filter(isSnapshot).at(-1)!.atUs).toBe(recorded.world.endUs / 2);
  expect(follower.progress).toBe(0.5);
  expect(follower.ended).toBe(false);
  await recorded.play();
  recorded.close();
  follower.read();
  expect(follower.ended).toBe(true);
});

test("without a file nothing is written", async () => {
  const recorded = openRecorded(undefined);
  await recorded.play();
  recorded.close();
  expect(existsSync(join(folder, "playback.jsonl"))).toBe(false);
});

test("a file that cannot be written is named", () => {
  expect(() => openRecorded("/dev/null/playback.jsonl")).toThrow();
});
