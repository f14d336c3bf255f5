import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { TopLevelSpec } from "vega-lite";
import type { ClaimVerdict, Verdict } from "../claims/verdict.ts";
import { drawFigure, FIGURE_WIDTH_PX, type Figure } from "../figures/figure.ts";
import { publishedClaims } from "../published/claims.ts";
import type { Manifest } from "../results/manifest.ts";
import type { Digest, ExperimentOutcome } from "../results/outcome.ts";
import type { Table } from "../results/table.ts";
import { Html, html, jsonForScript } from "./html.ts";

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
  readonly outcome: ExperimentOutcome;
  readonly drawings: readonly ReportDrawing[];
  readonly manifest: Omit<Manifest, "files">;
}

/**
 * One page that needs nothing but itself: verdicts, figures, tables, how to repeat. It asks the network for nothing, its policy
 * forbids it, and without scripts it shows the same figures as pictures.
 */
export function renderReport({ outcome, drawings, manifest }: ReportContent): string {
  const scripts = [...vegaScripts(), asset("page-script.js")];
  const policy =
    `default-src 'none'; script-src ${scripts.map(hashSource).join(" ")} 'unsafe-eval'; ` +
    "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
  const specs = drawings.map(({ figure, wide, small }) => ({ name: figure.name, wide: wide.spec, small: small.spec }));
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${outcome.title}</title>
<link rel="icon" href="data:,">
<style>${new Html(asset("style.css"))}</style>
</head>
<body>
<main>
${heading(outcome, manifest)}
${verdictSection(outcome.verdicts)}
<section aria-labelledby="figures">
<h2 id="figures">Figures</h2>
${drawings.map(figureElement)}
</section>
${tableSection(outcome)}
${repeatSection(manifest)}
${manifestSection(manifest)}
</main>
<script type="application/json" id="figure-specs">${jsonForScript(specs)}</script>
${scripts.map((script) => html`<script>${new Html(script)}</script>\n`)}
</body>
</html>
`.text;
}

function heading(
  { title }: ExperimentOutcome,
  { experiment, startedAt, software, machine, partial }: ReportContent["manifest"],
): Html {
  const day = startedAt.slice(0, 16).replace("T", " ");
  const version = software.commit === null ? software.camelid : `commit ${software.commit.slice(0, 10)}`;
  return html`<header>
<h1>${title}</h1>
<p class="question">${experiment.question}</p>
<p class="facts">Experiment ${experiment.name}, preset ${experiment.given.preset ?? "none"}, seed ${experiment.seed}.
Run on ${day} UTC, Camelid ${version}${software.dirty ? " with uncommitted changes" : ""},
${machine.cpu}, ${machine.cores} ${machine.cores === 1 ? "core" : "cores"}.</p>
${
  partial
    ? html`<p class="partial"><strong>Partial run:</strong> ${partial.finished} of ${partial.planned} cells are in it,
${partial.failures.length} failed. Verdicts and figures are about those that are.</p>`
    : ""
}</header>`;
}

const MARKS: Readonly<Record<Verdict, string>> = { holds: "✓", fails: "✗", partly: "◐", "not decided": "?" };

function verdictSection(verdicts: readonly ClaimVerdict[]): Html {
  const claims = [...Map.groupBy(verdicts, ({ claim }) => claim)];
  return html`<section aria-labelledby="verdicts">
<h2 id="verdicts">What holds</h2>
<p class="facts">Computed from this run's numbers. Square brackets hold intervals for 95 % confidence;
under about ten repeats they promise more than they keep.</p>
${claims.map(
  ([claim, ofClaim]) => html`<h3>${claim}: ${publishedClaims[claim]?.text}
<span class="source">(${publishedClaims[claim]?.source})</span></h3>
<ul class="verdicts">
${ofClaim.map(
  ({ subject, verdict, sentence, obtained }) => html`<li class="${verdict.replace(" ", "-")}">
<span class="verdict"><span aria-hidden="true">${MARKS[verdict]}</span> ${verdict}</span> on <strong>${subject}</strong>${obtained && `, ${obtained}`}.
${sentence}</li>\n`,
)}</ul>`,
)}
</section>`;
}

function figureElement({ figure, wide, small }: ReportDrawing, index: number): Html {
  return html`<figure>
<div class="drawing" data-figure="${index}"><picture>
<source media="(max-width: 42rem)" srcset="${dataUri(small.svg)}">
<img src="${dataUri(wide.svg)}" alt="${figure.title}">
</picture></div>
<figcaption>${figure.description}</figcaption>
</figure>`;
}

function tableSection({ tables, digests }: ExperimentOutcome): Html {
  return html`<section aria-labelledby="tables">
<h2 id="tables">Tables</h2>
${digests.map((digest) => tableElement(digest))}
${tables.map(
  (
    table,
    i,
  ) => html`<details><summary><code>${table.file}</code>: ${table.caption} (${table.rows.length} rows)</summary>
${i > 0 && tableElement(table)}
${columnList(table)}</details>\n`,
)}
</section>`;
}

function tableElement({ caption, columns, rows }: Digest): Html {
  const cells = (row: Readonly<Record<string, unknown>>) => columns.map(({ name }) => row[name]);
  const isNumber =
    rows.length > 0 ? cells(rows[0] as Record<string, unknown>).map((value) => typeof value === "number") : [];
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}">
<table>
<caption>${caption}, to four digits</caption>
<thead><tr>${columns.map(
    ({ name, unit }, i) =>
      html`<th scope="col"${isNumber[i] && i > 0 && new Html(' class="number"')}>${name}<span class="unit">${unit}</span></th>`,
  )}</tr></thead>
<tbody>
${rows.map((row) => html`<tr>${cells(row as Record<string, unknown>).map(cell)}</tr>\n`)}</tbody>
</table>
</div>\n`;
}

function cell(value: unknown, column: number): Html {
  if (column === 0) return html`<th scope="row">${value}</th>`;
  if (typeof value === "number") return html`<td class="number">${fourDigits(value)}</td>`;
  return html`<td>${typeof value === "boolean" ? (value ? "yes" : "no") : (value ?? "–")}</td>`;
}

function fourDigits(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 1000 ? String(Math.round(value)) : value.toPrecision(4);
}

function columnList({ columns }: Table): Html {
  return html`<dl>${columns.map(
    ({ name, unit, description }) =>
      html`<dt><code>${name}</code></dt><dd>${description}${unit === null ? "" : ` (${unit})`}</dd>\n`,
  )}</dl>`;
}

function repeatSection({ software, commandLine, experiment }: ReportContent["manifest"]): Html {
  const checkout = software.commit === null ? "" : `git checkout ${software.commit}\n`;
  return html`<section aria-labelledby="repeat">
<h2 id="repeat">How to repeat</h2>
<pre tabindex="0"><code>${checkout}npm ci
npm run camelid -- ${commandLine.map(shellWord).join(" ")}</code></pre>
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

/** Quoted for a POSIX shell where it needs to be. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function dataUri(svg: string): string {
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
}

/** The ready-made browser builds that lie beside what our own imports of these packages resolve to. */
function vegaScripts(): string[] {
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

function asset(file: string): string {
  return readFileSync(new URL(file, import.meta.url), "utf8");
}

function hashSource(script: string): string {
  return `'sha256-${createHash("sha256").update(script).digest("base64")}'`;
}
