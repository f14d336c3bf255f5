import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { source as axe } from "axe-core";
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { analyseFigure1 } from "../../../experiments/figure-1/analyse.ts";
import { largerModel, madeUpRows, smallModel } from "../../../experiments/figure-1/sample.ts";
import { experimentRegistry } from "../../../experiments/index.ts";
import { joinByMachine } from "../../../src/lab/by-machine/join.ts";
import { type Drawing, drawFigure } from "../../../src/lab/charts/figure.ts";
import { claimRows } from "../../../src/lab/overview/claims-table.ts";
import type { OverviewExperiment } from "../../../src/lab/overview/manifest.ts";
import { renderOverview } from "../../../src/lab/overview/page.ts";
import { listRuns } from "../../../src/lab/results/list-runs.ts";
import { figure1Run, madeUpMachines } from "../../experiments/made-up-machines.ts";
import { launchBrowser } from "../../support/browser.ts";
import { scratchFolder } from "../../support/scratch.ts";

const scratch = scratchFolder();
const report = analyseFigure1(madeUpRows([{ ...smallModel, model: "<b>&small" }, largerModel]), "1");
const run = "../../figure-1/20260131T120000Z-quick";

const experiment = (more: Partial<OverviewExperiment>): OverviewExperiment => ({
  name: "figure-1",
  question: "Is it <fast>?",
  state: "done",
  reason: null,
  run,
  headline: ["small, 1000 tokens: generate 1000 ms"],
  warnings: ["the machine was busy"],
  seconds: 61.2,
  finishedBefore: false,
  ...more,
});

// A machine that somebody named badly, and a run that is not comparable.
const machines = madeUpMachines(join(scratch, "results"));
figure1Run(machines, "odd", [smallModel], { cpu: "<b>&odd", resolved: { checkBudget: 9 } });
const joined = joinByMachine(experimentRegistry, listRuns(machines));

let page: string;
beforeAll(async () => {
  const figure = report.figures[0]!;
  const { svg, spec } = await drawFigure(figure);
  const joinedDrawings = new Map<string, Drawing>();
  for (const each of joined.flatMap(({ figures }) => figures)) joinedDrawings.set(each.name, await drawFigure(each));
  const judged = report.verdicts.map((verdict) => ({
    ...verdict,
    experiment: "figure-1",
    run,
    machine: "Some CPU, some kernels",
    figure: "figures/time-by-tokens",
  }));
  page = renderOverview({
    claims: claimRows(
      judged,
      joined.flatMap(({ verdicts }) => verdicts),
    ),
    manifest: {
      format: "camelid-overview/1",
      preset: "quick",
      commandLine: ["reproduce", "--out", "my results"],
      startedAt: "2026-01-31T12:00:00.000Z",
      endedAt: "2026-01-31T12:05:00.000Z",
      software: { camelid: "0.1.0", commit: "ab".repeat(20), dirty: false, node: "v24.0.0", packages: {} },
      machine: { platform: "Linux 6 x64", cpu: "Some CPU", cores: 2, memoryBytes: 8 * 2 ** 30 },
      experiments: [
        { ...experiment({}), manifestSha256: "cd".repeat(32) },
        {
          ...experiment({
            name: "on-a-gpu",
            state: "left out",
            reason: "needs a GPU",
            run: null,
            headline: [],
            seconds: null,
          }),
          manifestSha256: null,
        },
      ],
    },
    joined,
    pictureAt: (path) => {
      const drawing = joinedDrawings.get(/^figures\/([a-z-]+-by-machine)\./.exec(path)?.[1] ?? "") ?? { svg, spec };
      return path.endsWith(".svg") ? drawing.svg : JSON.stringify(drawing.spec);
    },
  });
});

describe("the page about all experiments", () => {
  test("counts the claims by what became of them, and links each to its verdicts, run and figure", () => {
    expect(page).toMatch(/Of 19 numbered claims: .*15 not yet tested\./);
    for (const claim of ["C1", "C3", "C4", "C11"]) expect(page).toContain(`<a href="#${claim}">${claim}</a>`);
    expect(page).toContain(`<a href="${run}/report.html">figure-1</a>`);
    expect(page).toContain(`<a href="${run}/figures/time-by-tokens.svg">figure</a>`);
    expect(page).toContain("npm run camelid -- reproduce --out &#39;my results&#39;");
  });

  test("says what did not run and why, what took how long, and shows no name as markup", () => {
    expect(page).toContain("<strong>left out:</strong> needs a GPU");
    expect(page).toContain("61 s.");
    expect(page).toContain("&lt;b&gt;&amp;small");
    expect(page).not.toContain("<b>&");
  });

  test("shows a figure once, however many claims it stands for", () => {
    expect(page.match(/<img /g)).toHaveLength(1 + joined.flatMap(({ figures }) => figures).length);
    expect(page).toContain("<figcaption>C1, C3, C4, C11, from");
  });
});

describe("results of different hardware on that page", () => {
  test("each claim says what it comes to on each machine, and where its own number was measured", () => {
    expect(page).toMatch(/By machine<\/a>: AMD EPYC 7B13, haswell: \w+; Intel Xeon, sapphirerapids: \w+; NVIDIA/);
    expect(page).toContain("figure-1</a>, on Some CPU, some kernels:");
  });

  test("the joined figures stand below the hardware in full, above a table with a column for each machine", () => {
    expect(page).toContain("<strong>AMD EPYC 7B13, haswell</strong>: AMD EPYC 7B13, 2 cores, haswell kernels, x64;");
    expect(page).toContain("<figcaption>JoinedRuns: AMD EPYC 7B13, haswell; Intel Xeon, sapphirerapids; NVIDIA");
    expect(page).toContain('<th scope="col">NVIDIA Some GPU 80GB (cuda)</th>');
  });

  test("what is not joined is named, with the reason", () => {
    expect(page).toContain("&lt;b&gt;&amp;odd, 2 cores, sapphirerapids kernels, x64): other settings");
    expect(page).toContain("checkBudget 9, not 1</li>");
  });
});

describe("that page in Chromium, from a file, without a network", () => {
  let browser: Browser;
  let url: string;
  beforeAll(async () => {
    mkdirSync(scratch, { recursive: true });
    writeFileSync(join(scratch, "index.html"), page);
    url = pathToFileURL(join(scratch, "index.html")).href;
    browser = await launchBrowser();
  });
  afterAll(() => browser?.close());

  test.each([1200, 390])("at %i px is no wider than the window, asks for nothing, passes axe", async (width) => {
    const context = await browser.newContext({ offline: true, bypassCSP: true, viewport: { width, height: 800 } });
    const tab = await context.newPage();
    const complaints: string[] = [];
    const requests: string[] = [];
    tab.on("console", (message) => complaints.push(message.text()));
    tab.on("pageerror", (error) => complaints.push(String(error)));
    tab.on("request", (request) => requests.push(request.url()));
    await tab.goto(url);
    expect(await tab.evaluate("document.documentElement.scrollWidth")).toBeLessThanOrEqual(width);
    expect((await tab.locator("figure img").last().boundingBox())!.height).toBeGreaterThan(300);
    await tab.evaluate("document.querySelectorAll('details').forEach((one) => { one.open = true; })");
    await tab.evaluate(axe);
    const { violations } = (await tab.evaluate("axe.run()")) as { violations: { id: string; nodes: object[] }[] };
    expect(violations.map(({ id, nodes }) => `${id} (${nodes.length})`)).toEqual([]);
    expect(complaints).toEqual([]);
    expect(requests.filter((address) => !address.startsWith("data:"))).toEqual([url]);
    await context.close();
  });
});
