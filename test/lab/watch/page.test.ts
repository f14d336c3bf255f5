import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { source as axe } from "axe-core";
import type { Browser, BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { NetworkRow } from "../../../experiments/network/rows.ts";
import type { RecordedWorld } from "../../../src/lab/playback/recording.ts";
import { findRun } from "../../../src/lab/watch/find-run.ts";
import { serveRun, type WatchServer } from "../../../src/lab/watch/server.ts";
import { launchBrowser } from "../../support/browser.ts";
import { scratchFolder } from "../../support/scratch.ts";
import { openRecorded } from "../playback/recorded.ts";
import { finishedRun } from "./watched.ts";

const results = scratchFolder();
const finished = join(results, "network", "20260131T120000Z-quick");
let rows: NetworkRow[];
let browser: Browser;
beforeAll(async () => {
  rows = await finishedRun(finished);
  browser = await launchBrowser();
});
afterAll(() => browser?.close());

let server: WatchServer | undefined;
let context: BrowserContext | undefined;
afterEach(async () => {
  await context?.close();
  await server?.close();
});

const complaints: string[] = [];
const requests: string[] = [];

async function look(given: string, options: { width?: number } = {}): Promise<Page> {
  server = await serveRun(findRun(given, results), 0);
  context = await browser.newContext({ viewport: { width: options.width ?? 1200, height: 800 } });
  const tab = await context.newPage();
  complaints.length = 0;
  requests.length = 0;
  tab.on("console", (message) => complaints.push(message.text()));
  tab.on("pageerror", (error) => complaints.push(String(error)));
  tab.on("request", (request) => requests.push(request.url()));
  await tab.goto(server.url);
  await tab.waitForSelector("body[data-at-us]");
  return tab;
}

const tile = async (tab: Page, name: string) =>
  (await tab.locator(`[data-tile="${name}"] span`).textContent())!.replaceAll(",", "");
const atUs = async (tab: Page) => Number(await tab.locator("body").getAttribute("data-at-us"));
/** Asked from outside: the page's policy forbids what waitForFunction does. */
const until = (tab: Page, condition: string) =>
  expect.poll(() => tab.evaluate(condition), { timeout: 120_000, interval: 50 }).toBe(true);

/** A number of the table of all numbers, as shown; null for an empty cell. */
async function inTable(tab: Page, row: string, column: string): Promise<number | null> {
  const text = await tab.locator(`[data-row="${row}"] [data-column="${column}"]`).textContent();
  return text === "" ? null : Number(text!.replaceAll(",", ""));
}

/** What the page's table must show of what rows.csv holds. */
const shown: readonly (readonly [string, keyof NetworkRow])[] = [
  ["members", "members"],
  ["jobs", "jobs"],
  ["committed", "committed"],
  ["paid", "paid"],
  ["verified: passed", "passed"],
  ["failed", "failed"],
  ["settled", "settled"],
  ["slashed", "slashed"],
  ["bankrupt", "bankrupt"],
  ["earned coins", "earnedCoins"],
  ["blocks", "blocks"],
];

async function expectTheRows(tab: Page): Promise<void> {
  let compared = 0;
  for (const row of rows.filter(({ party }) => party !== "network"))
    for (const [column, name] of shown) {
      if (row[name] === null) continue;
      const value = await inTable(tab, `${row.party}/${row.kind}`, column);
      expect(value, `${row.kind} ${column}`).toBe(Number((row[name] as number).toFixed(4)));
      compared++;
    }
  expect(compared).toBeGreaterThan(50);
  const network = rows.find(({ party }) => party === "network")!;
  expect(await tile(tab, "Jobs posted")).toBe(String(network.jobs));
  expect(await tile(tab, "Blocks")).toBe(String(network.blocks));
}

describe("a finished run", () => {
  test("shows at its end what rows.csv says, and is replayed from the beginning to the same", async () => {
    const tab = await look(finished);
    await expectTheRows(tab);
    expect(await tab.locator("#state").textContent()).toBe("Finished run, 1 cell");

    await tab.locator("#speed").selectOption("10");
    await tab.locator("#play").click();
    await until(tab, "document.body.dataset.mode === 'playing' && Number(document.body.dataset.atUs) > 0");
    expect(await tab.locator("#play").textContent()).toBe("Pause");
    expect(await tile(tab, "Jobs posted")).not.toBe(String(rows.at(-1)!.jobs));
    await tab.locator("#play").click();
    const paused = await atUs(tab);
    await tab.waitForTimeout(200);
    expect(await atUs(tab)).toBe(paused);
    await tab.locator("#scrub").fill("150");
    await tab.locator("#play").click();
    await until(tab, "document.body.dataset.mode === 'paused'");
    await expectTheRows(tab);
    expect(complaints).toEqual([]);
    expect(requests.map((url) => new URL(url).host)).toEqual(requests.map(() => new URL(server!.url).host));
  });

  test("goes by keys: space, arrows, home and end; numbers and news follow the playhead", async () => {
    const tab = await look(finished);
    const end = await atUs(tab);
    const news = () => tab.locator("#ticker li").count();
    const atTheEnd = await news();
    expect(await tab.locator("#ticker .slashed").count()).toBeGreaterThan(0);
    await tab.keyboard.press("Home");
    expect(await atUs(tab)).toBe(0);
    expect(await tile(tab, "Jobs posted")).toBe("0");
    expect(await news()).toBe(1); // which says that there are none
    await tab.keyboard.press("ArrowRight");
    const step = await atUs(tab);
    expect(step).toBeGreaterThan(0);
    await tab.keyboard.press("ArrowLeft");
    expect(await atUs(tab)).toBe(0);
    await tab.keyboard.press("Space");
    await until(tab, `Number(document.body.dataset.atUs) > ${2 * step}`);
    await tab.keyboard.press("Space");
    expect(await tab.locator("body").getAttribute("data-mode")).toBe("paused");
    await tab.keyboard.press("End");
    expect(await atUs(tab)).toBe(end);
    expect(await news()).toBe(atTheEnd);
    expect(complaints).toEqual([]);
  });

  test.each([1200, 390])("at %i px passes axe, and is no wider than the window", async (width) => {
    const tab = await look(finished, { width });
    await tab.locator("#scrub").fill("80");
    expect(await tab.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    await tab.locator("#measure").selectOption("spendable");
    await tab.evaluate(axe);
    const { violations } = (await tab.evaluate("axe.run()")) as {
      violations: { id: string; nodes: { html: string }[] }[];
    };
    expect(violations.map(({ id, nodes }) => `${id}: ${nodes[0]?.html}`)).toEqual([]);
    expect(complaints).toEqual([]);
  });
});

describe("a run under way", () => {
  const running: RecordedWorld[] = [];
  afterEach(() => {
    for (const recorded of running.splice(0)) recorded.close();
  });

  function begin(folder: string, run: number): RecordedWorld {
    const attempt = join(results, folder, "unfinished", "0123456789abcdef.cells", `.attempt-1-${run}`);
    mkdirSync(attempt, { recursive: true });
    const recorded = openRecorded(join(attempt, "playback.jsonl"), { run }, {}, `mixed, redundant, run ${run}`);
    running.push(recorded);
    return recorded;
  }

  test("moves as it goes, counts its events by the real clock, and ends with the rows of its experiment", async () => {
    const recorded = begin("live", 0);
    await recorded.play(recorded.world.endUs * 0.1);
    const tab = await look("live");
    expect(await tab.locator("#live").getAttribute("aria-pressed")).toBe("true");
    const before = { atUs: await atUs(tab), events: await tile(tab, "Events") };
    for (let part = 0.15; part < 0.5; part += 0.05) {
      await recorded.play(Math.round(recorded.world.endUs * part));
      await tab.waitForTimeout(120);
    }
    await until(tab, `Number(document.body.dataset.atUs) > ${2 * before.atUs}`);
    expect(await tile(tab, "Events")).not.toBe(before.events);
    await until(tab, `document.querySelector('[data-tile="Events per second"] span').textContent !== "–"`);
    expect(await tab.locator("#state").textContent()).toBe("Running: 1 cell under way, 0 done");

    // Whoever looks back stays there while the run goes on.
    await tab.keyboard.press("Home");
    await recorded.play(Math.round(recorded.world.endUs * 0.6));
    await tab.waitForTimeout(400);
    expect(await atUs(tab)).toBe(0);
    await tab.locator("#live").click();
    expect(await atUs(tab)).toBeGreaterThan(recorded.world.endUs / 2);

    await recorded.play();
    recorded.close();
    running.splice(0);
    await until(tab, `Number(document.body.dataset.atUs) === ${recorded.world.endUs}`);
    await expectTheRows(tab);
    expect(await tab.locator("#state").textContent()).toBe("This cell is done; 0 cells under way, 1 done");
    expect(complaints).toEqual([]);
  });

  test("of two cells at once one can be chosen, and the page goes on to one that runs when its own is done", async () => {
    const [one, other] = [begin("two", 0), begin("two", 1)];
    await one.play(one.world.endUs * 0.5);
    await other.play(other.world.endUs * 0.3);
    const tab = await look("two");
    const caption = () => tab.locator("#table-caption").textContent();
    await until(tab, "document.querySelectorAll('#cell option').length === 3");
    expect(await tab.locator("#cell option").allTextContents()).toEqual([
      "whichever runs",
      "mixed, redundant, run 0 (50\u00a0%)",
      "mixed, redundant, run 1 (30\u00a0%)",
    ]);
    expect(await caption()).toContain("run 1: by kind");
    await tab.locator("#cell").selectOption("mixed, redundant, run 0");
    await until(tab, `Number(document.body.dataset.atUs) === ${one.world.endUs / 2}`);
    expect(await caption()).toContain("run 0: by kind");
    await tab.locator("#cell").selectOption("whichever runs");
    await until(tab, `document.querySelector("#table-caption").textContent.includes("run 1")`);
    await other.play();
    await until(tab, `document.querySelector("#table-caption").textContent.includes("run 0")`);
    expect(complaints).toEqual([]);
  });
});
