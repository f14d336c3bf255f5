import { createHash } from "node:crypto";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { source as axe } from "axe-core";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analyseFigure1 } from "../../../experiments/figure-1/analyse.ts";
import { largerModel, madeUpRows, smallModel } from "../../../experiments/figure-1/sample.ts";
import { html, jsonForScript } from "../../../src/lab/report/html.ts";
import { drawForReport, type ReportContent, renderReport } from "../../../src/lab/report/report.ts";
import { launchBrowser } from "../../support/browser.ts";

// A model named by somebody who would like to run a script in the reader's browser.
const HOSTILE = `</script><script>document.title="taken"</script><b>&"'`;

const report = analyseFigure1(madeUpRows([{ ...smallModel, model: HOSTILE }, largerModel]), "1");
const manifest: ReportContent["manifest"] = {
  format: "camelid-run/1",
  experiment: {
    name: "figure-1",
    kind: "figure-1",
    question: "Is it <fast>?",
    claims: ["C1", "C3", "C4"],
    seed: "1",
    given: { file: "experiments/figure-1/figure-1.yaml", text: HOSTILE, preset: "quick", overrides: [] },
    resolved: { repeats: 7 },
  },
  commandLine: ["run", "experiments/figure-1/figure-1.yaml", "--set", "tokens=[1, 10]"],
  startedAt: "2026-01-31T12:00:00.000Z",
  endedAt: "2026-01-31T12:03:00.000Z",
  loadAverage: [0.1, 1],
  software: { camelid: "0.1.0", commit: "ab".repeat(20), dirty: true, node: "v24.0.0", packages: {} },
  machine: { platform: "Linux 6 x64", cpu: "Some CPU", cores: 2, memoryBytes: 8 * 2 ** 30 },
  models: [{ name: HOSTILE, root: "cd".repeat(32), bytes: 1 }],
  numerics: { threads: 1, flashAttention: false },
  verdicts: report.verdicts,
  tables: {},
  warnings: [],
};

const highBars = {
  $schema: "https://vega.github.io/schema/vega-lite/v6.json",
  data: { values: [{ x: 1, y: "a" }] },
  height: 1600,
  mark: "bar" as const,
  encoding: { x: { field: "x", type: "quantitative" as const }, y: { field: "y", type: "nominal" as const } },
};

let page: string;
beforeAll(async () => {
  page = renderReport({ report, drawings: await drawForReport(report.figures), manifest });
});

describe("the report page", () => {
  test("is one file under 1.5 MB that asks nothing of the network", () => {
    expect(Buffer.byteLength(page)).toBeLessThan(1_500_000);
    const withoutScripts = page.replace(/<script[\s\S]*?<\/script>/g, "");
    const addresses = [...withoutScripts.matchAll(/(?:src|srcset|href)="([^"]{0,30})/g)].map(([, address]) => address);
    expect(addresses.length).toBeGreaterThan(4);
    for (const address of addresses) expect(address).toMatch(/^data:/);
    expect(withoutScripts).not.toMatch(/url\(|@import/);
  });

  test("allows exactly its own scripts", () => {
    const policy = /Content-Security-Policy" content="([^"]*)"/.exec(page)![1]!.replaceAll("&#39;", "'");
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/script-src[^;]*unsafe-inline/);
    const scripts = [...page.matchAll(/<script>([\s\S]*?)<\/script>/g)].map(([, script]) => script!);
    expect(scripts).toHaveLength(4);
    for (const script of scripts) {
      expect(policy).toContain(`'sha256-${createHash("sha256").update(script).digest("base64")}'`);
    }
  });

  test("gives every table a caption and every header cell a scope, headings without a gap, pictures with words", () => {
    const body = page.replace(/<script[\s\S]*?<\/script>/g, "");
    expect(body.match(/<table>/g)).toHaveLength(3);
    expect(body.match(/<caption>/g)).toHaveLength(3);
    expect(body.match(/<th(?=[ >])/g)!.length).toBe(body.match(/<th scope="(?:col|row)"/g)!.length);
    expect([...page.matchAll(/<h([1-6])/g)].map(([, level]) => Number(level)).slice(0, 3)).toEqual([1, 2, 3]);
    for (const [image] of body.matchAll(/<img [^>]*>/g)) expect(image).toMatch(/ alt="[^"]+"/);
  });

  test("says the question, each verdict in words, how to repeat it, and that the checkout was not clean", () => {
    expect(page).toContain("Is it &lt;fast&gt;?");
    for (const { claim } of report.verdicts) expect(page).toContain(`<h3>${claim}: `);
    expect(page).toContain("Verification takes longer than generation under about 10 tokens");
    expect(page).toContain(`git checkout ${"ab".repeat(20)}`);
    expect(page).toContain("npm run camelid -- run experiments/figure-1/figure-1.yaml --set &#39;tokens=[1, 10]&#39;");
    expect(page).toContain("cannot be repeated exactly");
    expect(page).toContain("<dt>Numerics: flashAttention</dt><dd>false</dd>");
  });

  test("shows no part of a name as markup", () => {
    expect(page).not.toContain("<b>&");
    expect(page).not.toContain('<script>document.title="taken"');
  });
});

describe("HTML made from values", () => {
  test("escapes what is put in, once, and joins lists", () => {
    const item = (text: string) => html`<li>${text}</li>`;
    expect(html`<ul title="${`"x"`}">${["<a>", "b & c"].map(item)}${null}${false}${0}</ul>`.text).toBe(
      '<ul title="&quot;x&quot;"><li>&lt;a&gt;</li><li>b &amp; c</li>0</ul>',
    );
  });

  test("JSON in a script element cannot end it, and reads back the same", () => {
    const value = { text: "</script><!--" };
    expect(jsonForScript(value).text).not.toContain("<");
    expect(JSON.parse(jsonForScript(value).text)).toEqual(value);
  });
});

describe("the report page in Chromium, from a file, without a network", () => {
  let browser: Browser;
  let folder: string;
  let url: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "camelid-report-"));
    writeFileSync(join(folder, "report.html"), page);
    url = pathToFileURL(join(folder, "report.html")).href;
    browser = await launchBrowser();
  });
  afterAll(async () => {
    await browser?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test.each([1200, 390])(
    "at %i px draws its figures, complains of nothing, and is no wider than the window",
    async (width) => {
      const context = await browser.newContext({ offline: true, viewport: { width, height: 800 } });
      const tab = await context.newPage();
      const complaints: string[] = [];
      const requests: string[] = [];
      tab.on("console", (message) => complaints.push(message.text()));
      tab.on("pageerror", (error) => complaints.push(String(error)));
      tab.on("request", (request) => requests.push(request.url()));
      await tab.goto(url);
      await tab.waitForSelector("body[data-figures]");
      expect(await tab.locator("body").getAttribute("data-figures")).toBe("interactive");
      expect(await tab.locator(".drawing svg.marks").count()).toBe(2);
      expect(await tab.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
      expect(await tab.title()).toBe(report.title);
      expect(complaints).toEqual([]);
      expect(requests.filter((address) => !address.startsWith("data:"))).toEqual([url]);
      await context.close();
    },
  );

  test("fits a sheet of paper", async () => {
    // A4 less margins of 15 mm, at 96 px an inch.
    const context = await browser.newContext({ offline: true, viewport: { width: 680, height: 1000 } });
    const tab = await context.newPage();
    await tab.goto(url);
    await tab.waitForSelector("body[data-figures]");
    await tab.emulateMedia({ media: "print" });
    expect(await tab.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(680);
    expect(await tab.locator(".vega-embed > details").first().isVisible()).toBe(false);
    await context.close();
  });

  test("a tall figure and a table of many numbers fit it as well: none is cut, no number breaks", async () => {
    const [figure] = report.figures;
    const tall = { ...figure!, spec: (widthPx: number) => ({ ...highBars, width: widthPx - 60 }) };
    const names = ["strategy", ...Array.from({ length: 13 }, (_, i) => `number${i}`)];
    const wide = {
      caption: "Many numbers",
      columns: names.map((name) => ({ name, type: "number" as const, unit: "tokens", description: name })),
      rows: [
        Object.fromEntries(names.map((name, i) => [name, i === 0 ? "one token changed, rest regenerated" : 1234.5678])),
      ],
    };
    const changed = { ...report, figures: [tall], summaries: [wide] };
    const file = join(folder, "tall.html");
    writeFileSync(file, renderReport({ report: changed, drawings: await drawForReport(changed.figures), manifest }));
    const context = await browser.newContext({ offline: true, viewport: { width: 680, height: 1000 } });
    const tab = await context.newPage();
    await tab.goto(pathToFileURL(file).href);
    await tab.waitForSelector("body[data-figures]");
    await tab.emulateMedia({ media: "print" });
    expect(await tab.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(680);
    // 297 mm less the margins and a heading.
    expect((await tab.locator(".drawing svg.marks").boundingBox())!.height).toBeLessThan(900);
    const lines =
      await tab.evaluate(`[...document.querySelectorAll('[aria-label="Many numbers"] td.number')].map((cell) => {
      const range = document.createRange();
      range.selectNodeContents(cell);
      return range.getClientRects().length;
    })`);
    expect(lines).toEqual(Array(13).fill(1));
    await context.close();
  });

  test("with scripts off shows the same figures as pictures", async () => {
    const context = await browser.newContext({ offline: true, javaScriptEnabled: false });
    const tab = await context.newPage();
    await tab.goto(url);
    const pictures = tab.locator(".drawing img");
    expect(await pictures.count()).toBe(2);
    for (let i = 0; i < 2; i++) expect((await pictures.nth(i).boundingBox())!.height).toBeGreaterThan(300);
    await context.close();
  });

  test("passes an automated accessibility check, everything unfolded", async () => {
    const context = await browser.newContext({
      offline: true,
      bypassCSP: true,
      viewport: { width: 1200, height: 800 },
    });
    const tab = await context.newPage();
    await tab.goto(url);
    await tab.waitForSelector("body[data-figures]");
    await tab.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
    await tab.evaluate(axe);
    const { violations } = (await tab.evaluate("axe.run()")) as { violations: { id: string; nodes: object[] }[] };
    expect(violations.map(({ id, nodes }) => `${id} (${nodes.length})`)).toEqual([]);
    await context.close();
  });
});
