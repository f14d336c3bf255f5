import { readFileSync } from "node:fs";
import type { TopLevelSpec } from "vega-lite";
import { drawFigure, FIGURE_WIDTH_PX, type Figure } from "../charts/figure.ts";
import { publishedClaim } from "../claims/texts.ts";
import type { ClaimVerdict } from "../claims/verdict.ts";
import type { ExperimentReport } from "../results/experiment-report.ts";
import type { Manifest } from "../results/manifest.ts";
import type { Table } from "../results/table.ts";
import { type Html, html, jsonForScript } from "./html.ts";
import {
  asset,
  circumstances,
  dataUri,
  descriptionElement,
  renderPage,
  repeatCommands,
  tableElement,
  verdictList,
} from "./page.ts";

/** A figure as the page needs it: for a desk and for a phone. */
export interface ReportDrawing {
  readonly figure: Figure;
  readonly wide: { readonly spec: TopLevelSpec; readonly svg: string };
  readonly small: { readonly spec: TopLevelSpec; readonly svg: string };
}

const SMALL_WIDTH_PX = 340;

export async function drawForReport(figures: readonly Figure[]): Promise<ReportDrawing[]> {
  const drawings: ReportDrawing[] = [];
  for (const figure of figures) {
    const wide = await drawFigure(figure, FIGURE_WIDTH_PX);
    drawings.push({ figure, wide, small: await drawFigure(figure, SMALL_WIDTH_PX) });
  }
  return drawings;
}

export interface ReportContent {
  readonly report: ExperimentReport;
  readonly drawings: readonly ReportDrawing[];
  readonly manifest: Omit<Manifest, "files">;
}

/**
 * One page that needs nothing but itself: verdicts, figures, tables, how to repeat. It asks the network for nothing, its policy
 * forbids it, and without scripts it shows the same figures as pictures.
 */
export function renderReport({ report, drawings, manifest }: ReportContent): string {
  const specs = drawings.map(({ figure, wide, small }) => ({ name: figure.name, wide: wide.spec, small: small.spec }));
  return renderPage({
    title: report.title,
    main: html`${heading(report, manifest)}
${verdictSection(report.verdicts)}
<section aria-labelledby="figures">
<h2 id="figures">Figures</h2>
${drawings.length === 0 ? html`<p>None were drawn.</p>` : drawings.map(figureElement)}
</section>
${tableSection(report)}
${repeatSection(manifest)}
${manifestSection(manifest)}`,
    data: html`<script type="application/json" id="figure-specs">${jsonForScript(specs)}</script>`,
    scripts: [...vegaScripts(), asset("page-script.js")],
  });
}

function heading(
  { title }: ExperimentReport,
  { experiment, startedAt, software, machine, partial }: ReportContent["manifest"],
): Html {
  return html`<header>
<h1>${title}</h1>
<p class="question">${experiment.question}</p>
<p class="facts">Experiment ${experiment.name}, preset ${experiment.given.preset ?? "none"}, seed ${experiment.seed}.
${circumstances(startedAt, software, machine)}</p>
${
  partial &&
  html`<p class="warning"><strong>Partial run:</strong> ${partial.finished} of ${partial.planned} cells are in it,
${partial.failures.length} failed. Verdicts and figures are about those that are.</p>`
}</header>`;
}

function verdictSection(verdicts: readonly ClaimVerdict[]): Html {
  const claims = [...Map.groupBy(verdicts, ({ claim }) => claim)];
  return html`<section aria-labelledby="verdicts">
<h2 id="verdicts">What holds</h2>
<p class="facts">Computed from this run's numbers. Square brackets hold intervals for 95 % confidence;
under about ten repeats they promise more than they keep.</p>
${verdicts.length === 0 && html`<p>This experiment judges no published claim.</p>`}
${claims.map(
  ([claim, ofClaim]) => html`<h3>${claim}: ${publishedClaim(claim)?.text}
<span class="source">(${publishedClaim(claim)?.source})</span></h3>
${verdictList(ofClaim)}`,
)}
</section>`;
}

export function figureElement({ figure, wide, small }: ReportDrawing, index: number): Html {
  return html`<figure>
<div class="drawing" data-figure="${index}"><picture>
<source media="(max-width: 42rem)" srcset="${dataUri(small.svg)}">
<img src="${dataUri(wide.svg)}" alt="${figure.title}">
</picture></div>
<figcaption>${descriptionElement(figure.description)}</figcaption>
</figure>`;
}

function tableSection({ tables, summaries }: ExperimentReport): Html {
  return html`<section aria-labelledby="tables">
<h2 id="tables">Tables</h2>
${summaries.map((digest) => tableElement(digest))}
${tables.map(
  (
    table,
    i,
  ) => html`<details><summary><code>${table.file}</code>: ${table.caption} (${table.rows.length} rows)</summary>
${i > 0 && html`<div class="screen-only">${tableElement(table)}</div>`}
${columnList(table)}</details>\n`,
)}
</section>`;
}

function columnList({ columns }: Table): Html {
  return html`<dl>${columns.map(
    ({ name, unit, description }) =>
      html`<dt><code>${name}</code></dt><dd>${description}${unit === null ? "" : ` (${unit})`}</dd>\n`,
  )}</dl>`;
}

function repeatSection({ software, commandLine, experiment }: ReportContent["manifest"]): Html {
  return html`<section aria-labelledby="repeat">
<h2 id="repeat">How to repeat</h2>
${repeatCommands(software, commandLine)}
<p>Times will differ with the machine and its load; tokens, models and everything random follow from seed ${experiment.seed}.
${software.dirty && "The checkout had uncommitted changes: this run cannot be repeated exactly from its commit."}</p>
</section>`;
}

function manifestSection(manifest: ReportContent["manifest"]): Html {
  const { models, software, machine, numerics, startedAt, endedAt } = manifest;
  const facts: readonly (readonly [string, unknown])[] = [
    ["Started, ended", `${startedAt}, ${endedAt}`],
    ["Processor", `${machine.cpu}, ${machine.cores} cores, ${(machine.memoryBytes / 2 ** 30).toFixed(1)} GiB`],
    ["System", `${machine.platform}, Node ${software.node}`],
    ["Load before, after", loadText(manifest)],
    ...Object.entries(numerics ?? {}).map(([key, value]) => [`Numerics: ${key}`, value] as const),
    ...models.map(({ name, root, bytes }) => [`Model ${name}`, `${bytes} bytes, Merkle root ${root}`] as const),
  ];
  return html`<section aria-labelledby="manifest">
<h2 id="manifest">Manifest</h2>
<dl>${facts.map(([name, value]) => html`<dt>${name}</dt><dd>${Array.isArray(value) && value.length === 0 ? "none" : String(value)}</dd>\n`)}</dl>
<details class="screen-only"><summary>Everything recorded, as JSON</summary>
<pre tabindex="0"><code>${JSON.stringify(manifest, null, 2)}</code></pre></details>
</section>`;
}

/** Runnable processes, averaged over a minute; on a quiet machine the run itself makes for about one. */
function loadText({ loadAverage }: ReportContent["manifest"]): string {
  return loadAverage === null ? "unknown on this system" : loadAverage.map((load) => load.toFixed(1)).join(", ");
}

/** The ready-made browser builds that lie beside what our own imports of these packages resolve to. */
export function vegaScripts(): string[] {
  return [
    ["vega", "vega.min.js"],
    ["vega-lite", "vega-lite.min.js"],
    ["vega-embed", "vega-embed.min.js"],
  ].map(([name, file]) => scriptSafe(readFileSync(new URL(file!, import.meta.resolve(name!)), "utf8")));
}

/** Nothing in the text may end its script element or open a comment; in JavaScript strings the escapes mean the same. */
function scriptSafe(script: string): string {
  return script
    .replace(/<\/(script)/gi, "<\\/$1")
    .replaceAll("<!--", "<\\!--")
    .replace(/^\/\/# sourceMappingURL=.*$/gm, "");
}
