/** What every page of ours has in common: one file that needs nothing but itself, asks the network for nothing, and forbids it. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import type { ClaimVerdict, Verdict } from "../claims/verdict.ts";
import type { SummaryTable } from "../results/experiment-report.ts";
import type { Machine, Software } from "../results/provenance.ts";
import { Html, html } from "./html.ts";
import { sentencesOf } from "./sentences.ts";

export interface PageContent {
  readonly title: string;
  readonly main: Html;
  /** Data for the scripts: script elements that no browser runs. */
  readonly data?: Html;
  /** Programs of the page, in order. */
  readonly scripts?: readonly string[];
}

export function renderPage({ title, main, data, scripts = [] }: PageContent): string {
  // vega compiles its expressions: without scripts of ours nothing may run at all.
  const ownScripts = scripts.length === 0 ? "'none'" : `${scripts.map(hashSource).join(" ")} 'unsafe-eval'`;
  const policy =
    `default-src 'none'; script-src ${ownScripts}; ` +
    "style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'";
  return html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}</title>
<link rel="icon" href="data:,">
<style>${new Html(asset("style.css"))}</style>
</head>
<body>
<main>
${main}
</main>
${data}
${scripts.map((script) => html`<script>${new Html(script)}</script>\n`)}
</body>
</html>
`.text;
}

const MARKS: Readonly<Record<Verdict, string>> = { holds: "✓", fails: "✗", partly: "◐", "not decided": "?" };

export function verdictList(verdicts: readonly ClaimVerdict[]): Html {
  return html`<ul class="verdicts">
${verdicts.map(
  ({ subject, verdict, sentence, obtained }) => html`<li class="${verdict.replace(" ", "-")}">
<span class="verdict"><span aria-hidden="true">${MARKS[verdict]}</span> ${verdict}</span> on <strong>${subject}</strong>${obtained && `, ${obtained}`}.
${verdictWords(sentence)}</li>\n`,
)}</ul>`;
}

/** As much as is read at a glance stays one paragraph. */
const SHORT_WORDS = 280;

function verdictWords(words: string): Html {
  if (words.length <= SHORT_WORDS) return html`${words}`;
  return html`${sentencesOf(words).map(
    ({ text, items }) =>
      html`${text !== "" && html`<p>${text}</p>`}${items.length > 0 && html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`}`,
  )}`;
}

/** "2026-01-31 12:00 UTC, Camelid commit 0123456789, Some CPU, 2 cores": the circumstances in one line. */
export function circumstances(startedAt: string, software: Software, machine: Machine): string {
  const version = software.commit === null ? software.camelid : `commit ${software.commit.slice(0, 10)}`;
  const dirty = software.dirty ? " with uncommitted changes" : "";
  const cores = `${machine.cores} ${machine.cores === 1 ? "core" : "cores"}`;
  return `Run on ${startedAt.slice(0, 16).replace("T", " ")} UTC, Camelid ${version}${dirty}, ${machine.cpu}, ${cores}.`;
}

/** The commands that repeat a run, from a fresh checkout. */
export function repeatCommands({ commit }: Software, commandLine: readonly string[]): Html {
  const checkout = commit === null ? "" : `git checkout ${commit}\n`;
  return html`<pre tabindex="0"><code>${checkout}npm ci
npm run camelid -- ${commandLine.map(shellWord).join(" ")}</code></pre>`;
}

/** What a figure says, for those who cannot see it: beside it while it is short, folded away where it would push the rest aside. */
export function descriptionElement(description: string): Html {
  return description.length <= 300
    ? html`${description}`
    : html`<details><summary>In words and numbers</summary>${description}</details>`;
}

export function tableElement({ caption, columns, rows }: SummaryTable): Html {
  const cells = (row: Readonly<Record<string, unknown>>) => columns.map(({ name }) => row[name]);
  const isNumber =
    rows.length > 0 ? cells(rows[0] as Record<string, unknown>).map((value) => typeof value === "number") : [];
  const rounded = rows.some((row) => cells(row as Record<string, unknown>).some(isRounded)) ? ", to four digits" : "";
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${caption}">
<table>
<caption>${caption}${rounded}</caption>
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

/** Not shown to its last digit. */
function isRounded(value: unknown): boolean {
  return typeof value === "number" && Number(fourDigits(value)) !== value;
}

function fourDigits(value: number): string {
  if (Number.isInteger(value)) return String(value);
  return Math.abs(value) >= 1000 ? String(Math.round(value)) : value.toPrecision(4);
}

export function dataUri(svg: string): string {
  return `data:image/svg+xml;base64,${Buffer.from(svg).toString("base64")}`;
}

export function asset(file: string): string {
  return readFileSync(new URL(file, import.meta.url), "utf8");
}

/** Quoted for a POSIX shell where it needs to be. */
function shellWord(word: string): string {
  return /^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

function hashSource(script: string): string {
  return `'sha256-${createHash("sha256").update(script).digest("base64")}'`;
}
