/** The page of a comparison: report.html in its folder, self-contained as a run's page is. */
import type { Figure } from "../charts/figure.ts";
import { type Html, html, jsonForScript } from "../report/html.ts";
import { asset, circumstances, renderPage, repeatCommands, tableElement } from "../report/page.ts";
import { drawForReport, figureElement, vegaScripts } from "../report/report.ts";
import type { Column } from "../results/table.ts";
import type { Comparison, SettingDifference } from "./compare.ts";
import type { ComparisonManifest } from "./comparison-manifest.ts";
import { advice, countsText, designText, isIdentical, pText, remarkOf, verdictText } from "./in-words.ts";
import type { ChangeVerdict, MetricComparison } from "./judge.ts";

type ManifestHead = Omit<ComparisonManifest, "files">;

export async function renderComparison(
  comparison: Comparison,
  figure: Figure,
  manifest: ManifestHead,
): Promise<string> {
  const drawings = await drawForReport([figure]);
  const specs = drawings.map(({ figure, wide, small }) => ({ name: figure.name, wide: wide.spec, small: small.spec }));
  return renderPage({
    title: `A against B: ${comparison.verdict}`,
    main: html`${heading(comparison, manifest)}
${verdictSection(comparison)}
${sidesSection(comparison, manifest)}
<section aria-labelledby="figures">
<h2 id="figures">Differences</h2>
${drawings.map(figureElement)}
</section>
${metricsSection(comparison)}
${methodSection(comparison)}
<section aria-labelledby="repeat">
<h2 id="repeat">How to repeat</h2>
${repeatCommands(manifest.software, manifest.commandLine)}
</section>
<section aria-labelledby="manifest">
<h2 id="manifest">Manifest</h2>
<p>Both sides' settings, models, programs and machines are in <code>manifest.json</code>, every number in
<code>comparison.json</code> and <code>metrics.csv</code>.</p>
<details class="screen-only"><summary>Everything recorded, as JSON</summary>
<pre tabindex="0"><code>${JSON.stringify(manifest, null, 2)}</code></pre></details>
</section>`,
    data: html`<script type="application/json" id="figure-specs">${jsonForScript(specs)}</script>`,
    scripts: [...vegaScripts(), asset("page-script.js")],
  });
}

function heading(comparison: Comparison, { sides, startedAt, software, machine }: ManifestHead): Html {
  const { experiment } = sides.a.manifest;
  return html`<header>
<h1>A against B: ${comparison.verdict}</h1>
<p class="question">What changed in ${experiment.name} between A and B?</p>
<p class="facts">${designText(comparison)}, kind ${comparison.kind}. ${circumstances(startedAt, software, machine)}</p>
</header>`;
}

/** The page's colours for verdicts on claims serve here as well. */
const looks: Readonly<Record<ChangeVerdict, { readonly style: string; readonly mark: string }>> = {
  changed: { style: "fails", mark: "≠" },
  undecided: { style: "not-decided", mark: "?" },
  unchanged: { style: "holds", mark: "=" },
};

function verdictSection(comparison: Comparison): Html {
  const { style, mark } = looks[comparison.verdict];
  const [verdict, sentence] = verdictText(comparison).split(/: (.*)/s);
  return html`<section aria-labelledby="verdict">
<h2 id="verdict">Verdict</h2>
<ul class="verdicts">
<li class="${style}"><span class="verdict"><span aria-hidden="true">${mark}</span> ${verdict}</span>: ${sentence}
${countsText(comparison)}. ${advice(comparison)}</li>
${comparison.notes.map((note) => html`<li class="partly">${note}</li>\n`)}</ul>
</section>`;
}

function sidesSection({ settings }: Comparison, { sides }: ManifestHead): Html {
  const facts = [sides.a, sides.b].map(({ folder, manifest: { experiment, software, startedAt } }, i) => ({
    side: i === 0 ? "A" : "B",
    folder,
    started: startedAt.slice(0, 16).replace("T", " "),
    seed: experiment.seed,
    preset: experiment.given.preset ?? "none",
    commit: `${software.commit?.slice(0, 10) ?? software.camelid}${software.dirty ? ", changed" : ""}`,
  }));
  return html`<section aria-labelledby="sides">
<h2 id="sides">What was compared</h2>
${tableElement({
  caption: "The two sides",
  columns: textColumns(["side", "folder", "started", "seed", "preset", "commit"]),
  rows: facts,
})}
${
  settings.length === 0
    ? html`<p>Their settings are the same.</p>`
    : tableElement({
        caption: "Settings that differ",
        columns: textColumns(["setting", "A", "B"]),
        rows: settings.map(settingRow),
      })
}
</section>`;
}

function settingRow({ setting, a, b }: SettingDifference): object {
  const text = (value: unknown) =>
    value === undefined ? "absent" : typeof value === "string" ? value : JSON.stringify(value);
  return { setting, A: text(a), B: text(b) };
}

function metricsSection({ metrics }: Comparison): Html {
  const of = (verdict: ChangeVerdict) => metrics.filter((metric) => metric.verdict === verdict && !isIdentical(metric));
  const identical = metrics.filter(isIdentical);
  const shown = (verdict: ChangeVerdict, caption: string) =>
    of(verdict).length > 0 && metricsTable(caption, of(verdict));
  return html`<section aria-labelledby="metrics">
<h2 id="metrics">Metrics</h2>
${shown("changed", "Changed")}
${shown("undecided", "Undecided")}
${shown("unchanged", "Unchanged, and not identical")}
${
  identical.length > 0 &&
  html`<details class="screen-only"><summary>${identical.length} identical in every pair</summary>
<p>${[...new Set(identical.map(({ reason }) => reason))].map((reason) => `${reason[0]!.toUpperCase()}${reason.slice(1)}. `)}</p>
<ul>${identical.map(({ id, description }) => html`<li><code>${breakable(id)}</code>: ${description}</li>\n`)}</ul></details>`
}
</section>`;
}

function metricsTable(caption: string, metrics: readonly MetricComparison[]): Html {
  const rows = metrics.map((metric) => ({
    metric: html`${breakable(metric.id)}${metric.unit === null ? "" : ` (${metric.unit})`}`,
    A: metric.meanA,
    B: metric.meanB,
    "B - A": metric.difference,
    from: metric.low,
    to: metric.high,
    margin: metric.margin,
    p: pText(metric),
    needs: metric.replicationsNeeded,
    remark: remarkOf(metric),
  }));
  const names = Object.keys(rows[0]!).filter((name) => rows.some((row) => row[name as keyof typeof row] !== null));
  return tableElement({ caption, columns: textColumns(names), rows });
}

/** May be broken at each slash, or its column would take a phone's whole width. */
function breakable(id: string): Html {
  return html`${id.split("/").map((part, i) => (i === 0 ? part : html`/<wbr>${part}`))}`;
}

function textColumns(names: readonly string[]): Column[] {
  return names.map((name) => ({ name, type: "text", unit: null, description: name }));
}

function methodSection({ paired, exact, replication }: Comparison): Html {
  if (exact)
    return html`<section aria-labelledby="method">
<h2 id="method">How it is judged</h2>
<p>Every metric follows from settings and seed, so there is nothing to estimate and nothing to test: <em>changed</em> is what differs by more than
its margin in any ${replication}, <em>unchanged</em> the rest. Margins: <code>docs/compare.md</code>.</p>
</section>`;
  const [interval, test] = paired
    ? ["Student's, of the paired differences", "random signs of the paired differences"]
    : ["Welch's", "permutations of the two samples"];
  return html`<section aria-labelledby="method">
<h2 id="method">How it is judged</h2>
<p><em>From</em> and <em>to</em> are the 95 % interval of the mean of B - A over ${replication}s (${interval}), for each metric by itself.
<em>Changed</em>: ${test} give so large a difference in at most 5 % of the cases, after Holm's correction for all metrics.
<em>Unchanged</em>: identical, or shown by two one-sided tests of the same kind, corrected likewise, to differ by less than the margin.
<em>Undecided</em>: neither; <em>needs</em> is how many ${replication}s a side would probably decide. p is that of the test behind the verdict. Sources and margins: <code>docs/compare.md</code>.</p>
</section>`;
}
