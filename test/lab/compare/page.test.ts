import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { source as axe } from "axe-core";
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { networkMetrics } from "../../../experiments/network/compare.ts";
import { type MadeUp, madeUp, madeUpRows } from "../../../experiments/network/sample.ts";
import { type Comparison, compareRuns } from "../../../src/lab/compare/compare.ts";
import { differencesFigure } from "../../../src/lab/compare/differences-figure.ts";
import { renderComparison } from "../../../src/lab/compare/page.ts";
import type { StoredRun } from "../../../src/lab/results/read-run.ts";
import { storedRun } from "../../experiments/network/small-networks.ts";
import { launchBrowser } from "../../support/browser.ts";
import { scratchFolder } from "../../support/scratch.ts";

// A setting by somebody who would like to run a script in the reader's browser.
const HOSTILE = `</script><script>document.title="taken"</script><b>&"'`;

const software = { camelid: "0.1.0", commit: "ab".repeat(20), dirty: true, node: "v24.0.0", packages: {} };
const machine = { platform: "Linux 6 x64", cpu: "Some CPU", cores: 2, memoryBytes: 8 * 2 ** 30 };

function madeUpRun(network: Partial<MadeUp>, resolved: Readonly<Record<string, unknown>>): StoredRun {
  const run = storedRun(madeUpRows({ ...madeUp, runs: 12, ...network }), "1");
  const { experiment } = run.manifest;
  const given = { file: "experiments/network/network.yaml", text: HOSTILE, preset: "quick", overrides: [] };
  const manifest = {
    ...run.manifest,
    experiment: { ...experiment, given, resolved },
    startedAt: "2026-01-31T12:00:00.000Z",
    software,
    machine,
  };
  return { ...run, manifest: manifest as never };
}

/** Some metrics of it are changed, some undecided, most identical. */
const a = madeUpRun({}, { revision: HOSTILE, runs: 12 });
const b = madeUpRun({ waits: { ...madeUp.waits, central: 6, exclusive: 4.1 } }, { runs: 12 });
const comparison: Comparison = compareRuns(a, b, networkMetrics);

const withoutScripts = (text: string) => text.replace(/<(script|pre)[\s\S]*?<\/\1>/g, "");

let page: string;
beforeAll(async () => {
  const side = ({ folder, manifest }: StoredRun) => ({ folder, manifest });
  page = await renderComparison(comparison, differencesFigure(comparison), {
    format: "camelid-compare/1",
    commandLine: ["compare", "experiments/network/network.yaml", "--a", "revision=</pre>"],
    startedAt: "2026-01-31T12:10:00.000Z",
    endedAt: "2026-01-31T12:11:00.000Z",
    margins: [],
    only: [],
    software,
    machine,
    sides: { a: side(a), b: side(b) },
    warnings: [],
  });
});

describe("the page of a comparison", () => {
  test("says the verdict, what differs in the settings, and every metric once", () => {
    expect(page).toContain("<h1>A against B: changed</h1>");
    const body = withoutScripts(page).replaceAll("<wbr>", "");
    expect(body).toMatch(/<caption>Settings that differ/);
    const tables = [...body.matchAll(/<table>[\s\S]*?<\/table>/g)].map(([table]) => table);
    for (const { id, reason } of comparison.metrics) {
      const inTables = tables.filter((table) => new RegExp(`>${id}[ <]`).test(table)).length;
      expect([id, inTables]).toEqual([id, reason.startsWith("identical") ? 0 : 1]);
      if (reason.startsWith("identical")) expect(body).toContain(`<code>${id}</code>`);
    }
  });

  test("shows no part of a setting as markup", () => {
    expect(page).not.toContain("<b>&");
    expect(page).not.toContain('<script>document.title="taken"');
    expect(page).toContain("--a &#39;revision=&lt;/pre&gt;&#39;");
  });
});

describe("that page in Chromium, from a file, without a network", () => {
  const folder = scratchFolder();
  const file = join(folder, "report.html");
  const url = pathToFileURL(file).href;
  let browser: Browser;
  beforeAll(async () => {
    writeFileSync(file, page);
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  const complaints: string[] = [];
  const requests: string[] = [];
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
    expect(complaints).toEqual([]);
    expect(requests.filter((address) => !address.startsWith("data:"))).toEqual([url]);
  });

  async function open(options: BrowserContextOptions): Promise<Page> {
    const tab = await (await browser.newContext({ offline: true, ...options })).newPage();
    complaints.length = 0;
    requests.length = 0;
    tab.on("console", (message) => complaints.push(message.text()));
    tab.on("pageerror", (error) => complaints.push(String(error)));
    tab.on("request", (request) => requests.push(request.url()));
    await tab.goto(url);
    return tab;
  }

  test.each([1200, 390])("at %i px draws the differences and is no wider than the window", async (width) => {
    const tab = await open({ viewport: { width, height: 800 } });
    await tab.waitForSelector("body[data-figures]");
    expect(await tab.locator("body").getAttribute("data-figures")).toBe("interactive");
    expect(await tab.locator(".drawing svg.marks").count()).toBe(1);
    expect(await tab.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    expect(await tab.title()).toBe("A against B: changed");
  });

  test("with scripts off shows the figure as a picture, and every table", async () => {
    const tab = await open({ javaScriptEnabled: false });
    expect((await tab.locator(".drawing img").boundingBox())!.height).toBeGreaterThan(200);
    expect(await tab.locator("table:visible").count()).toBe(withoutScripts(page).match(/<table>/g)!.length);
  });

  test("passes an automated accessibility check, everything unfolded", async () => {
    const tab = await open({ bypassCSP: true, viewport: { width: 1200, height: 800 } });
    await tab.waitForSelector("body[data-figures]");
    await tab.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
    await tab.evaluate(axe);
    const { violations } = (await tab.evaluate("axe.run()")) as { violations: { id: string; nodes: object[] }[] };
    expect(violations.map(({ id, nodes }) => `${id} (${nodes.length})`)).toEqual([]);
  });
});
