import type { JoinedRuns } from "../by-machine/joined.ts";
import { type Html, html } from "../report/html.ts";
import { circumstances, renderPage, repeatCommands, verdictList } from "../report/page.ts";
import { byMachineSection } from "./by-machine-section.ts";
import { byMachineInWords, type ClaimRow, type ClaimStatus, type JudgedClaim, numberInWords } from "./claims-table.ts";
import { figureElement } from "./figure-element.ts";
import type { OverviewExperiment, OverviewManifest } from "./manifest.ts";

export interface OverviewPage {
  readonly claims: readonly ClaimRow[];
  readonly manifest: Omit<OverviewManifest, "files">;
  /** Runs on different hardware, their folders relative to the overview's. */
  readonly joined: readonly JoinedRuns[];
  /** Text of a file of a run, by its path relative to the overview's folder. */
  readonly pictureAt: (path: string) => string;
}

const LOOK: Readonly<Record<ClaimStatus, { readonly mark: string; readonly style: string }>> = {
  confirmed: { mark: "✓", style: "holds" },
  refuted: { mark: "✗", style: "fails" },
  partly: { mark: "◐", style: "partly" },
  undecided: { mark: "?", style: "not-decided" },
  "not yet tested": { mark: "–", style: "not-tested" },
};

/** The page about all experiments: every published claim with what became of it, the figures, what ran. */
export function renderOverview({ claims, manifest, joined, pictureAt }: OverviewPage): string {
  return renderPage({
    title: "CamelidCoin's claims, put to the test",
    main: html`<header>
<h1>CamelidCoin's claims, put to the test</h1>
<p class="question">${countsInWords(claims)}</p>
<p class="facts">All experiments, preset ${manifest.preset}. ${circumstances(manifest.startedAt, manifest.software, manifest.machine)}</p>
${troubles(manifest.experiments)}
</header>
${claimSection(claims)}
${verdictSection(claims)}
${byMachineSection(joined, pictureAt)}
${figureSection(claims, pictureAt)}
${experimentSection(manifest.experiments)}
${repeatSection(manifest)}`,
  });
}

/** "Of 19 numbered claims: 2 confirmed, 3 refuted, ...": only what there is. */
function countsInWords(claims: readonly ClaimRow[]): string {
  const numbered = claims.filter(({ claim }) => /^C\d/.test(claim));
  const statuses = Object.keys(LOOK) as ClaimStatus[];
  const counts = statuses.map((status) => ({ status, count: numbered.filter((row) => row.status === status).length }));
  const words = counts.filter(({ count }) => count > 0).map(({ status, count }) => `${count} ${IN_SENTENCE[status]}`);
  return `Of ${numbered.length} numbered claims: ${words.join(", ")}.`;
}

const IN_SENTENCE: Readonly<Record<ClaimStatus, string>> = {
  confirmed: "confirmed",
  refuted: "refuted",
  partly: "partly right",
  undecided: "undecided",
  "not yet tested": "not yet tested",
};

function troubles(experiments: readonly OverviewExperiment[]): Html {
  const names = (state: OverviewExperiment["state"]) =>
    experiments
      .filter((one) => one.state === state)
      .map(({ name }) => name)
      .join(", ");
  const [failed, partial] = [names("failed"), names("partial")];
  const see = html`See <a href="#experiments">the experiments</a>.`;
  return html`${failed !== "" && html`<p class="warning"><strong>${failed} failed:</strong> what it would say is missing here. ${see}</p>`}
${partial !== "" && html`<p class="warning"><strong>${partial} ran in part:</strong> some of its cells failed. ${see}</p>`}`;
}

function claimSection(claims: readonly ClaimRow[]): Html {
  return html`<section aria-labelledby="claims">
<h2 id="claims">The claims</h2>
<p class="facts">Square brackets hold 95 % intervals. <em>Measured</em>: timed or counted on real runs; <em>computed exactly</em>: arithmetic, nothing
sampled; <em>modelled</em>: from assumed or published rates. <em>Undecided</em>: tested, and too little to tell. Where runs or models
disagree, the claim is <em>partly</em> right. Where a <em>reference run</em>, kept with the code, says more than the run made here, its verdict
stands, and beside it what came out here.</p>
<div class="scroll" role="region" tabindex="0" aria-label="Table of the claims">
<table class="claims">
<thead><tr><th scope="col">claim</th><th scope="col">verdict</th><th scope="col">published</th><th scope="col">number</th><th scope="col">from</th></tr></thead>
<tbody>
${claims.map(claimRow)}</tbody>
</table>
</div>
</section>`;
}

/** "no free computation" is a claim, too. */
function anchorOf(claim: string): string {
  return claim.replaceAll(" ", "-");
}

function claimRow(row: ClaimRow): Html {
  const { claim, text, source, status, leading, judged, here } = row;
  const { mark, style } = LOOK[status];
  const name = judged.length === 0 ? html`${claim}` : html`<a href="#${anchorOf(claim)}">${claim}</a>`;
  return html`<tr><th scope="row">${name}</th>
<td class="${style}"><span class="verdict"><span aria-hidden="true">${mark}</span> ${status}</span>${here && html`<br><span class="source">in this run: ${here.status}</span>`}</td>
<td>${text} <span class="source">(${source})</span></td>
<td>${leading?.number && html`<strong>${numberInWords(row)}</strong> ${leading.number.what} <span class="source">(${[leading.obtained, leading.subject, leading.machine].filter(Boolean).join(", ")})</span>`}${row.byMachine.length > 0 && html`${leading?.number && html`<br>`}<a href="#by-machine">By machine</a>: ${byMachineInWords(row)}`}</td>
<td>${leading && fromWhere(leading)}</td></tr>\n`;
}

function fromWhere({ experiment, run, figure, obtained, reference }: JudgedClaim): Html {
  if (run === null) return html`${obtained === "computed exactly" ? "arithmetic" : "tried by camelid itself"}`;
  return html`${runLink({ experiment, run, reference })}${figure && html`, <a href="${run}/${figure}.svg">figure</a>`}`;
}

function verdictSection(claims: readonly ClaimRow[]): Html {
  return html`<section aria-labelledby="verdicts">
<h2 id="verdicts">Every verdict</h2>
${claims
  .filter(({ judged }) => judged.length > 0)
  .map(({ claim, text, source, judged }) => {
    const places = [...Map.groupBy(judged, ({ run }) => run)];
    return html`<h3 id="${anchorOf(claim)}">${claim}: ${text} <span class="source">(${source})</span></h3>
${places.map(([, verdicts]) => html`<p class="facts">${judgedWhere(verdicts[0]!)}:</p>${verdictList(verdicts)}`)}`;
  })}
</section>`;
}

/** A reference run need not have kept its page; its manifest is always there. */
function runLink({ experiment, run, reference }: Pick<JudgedClaim, "experiment" | "run" | "reference">): Html {
  const page = reference === undefined ? "report.html" : "manifest.json";
  const which = reference === undefined ? "" : ` (reference run, ${reference})`;
  return html`<a href="${run}/${page}">${experiment}</a>${which}`;
}

function judgedWhere({ experiment, run, machine, obtained, reference }: JudgedClaim): Html {
  if (run === null) return html`${obtained === "computed exactly" ? "By arithmetic" : "Tried by camelid itself"}`;
  return html`From ${runLink({ experiment, run, reference })}${machine !== null && `, on ${machine}`}`;
}

/** Each figure once, whatever number of claims it shows. */
function figureSection(claims: readonly ClaimRow[], pictureAt: OverviewPage["pictureAt"]): Html {
  const shown = new Map<string, { claims: string[]; leading: JudgedClaim }>();
  for (const { claim, leading } of claims) {
    if (leading?.run == null || leading.figure === null) continue;
    const path = `${leading.run}/${leading.figure}`;
    const known = shown.get(path) ?? { claims: [], leading };
    shown.set(path, { ...known, claims: [...known.claims, claim] });
  }
  if (shown.size === 0) return html``;
  return html`<section aria-labelledby="figures">
<h2 id="figures">Figures</h2>
${[...shown].map(([path, { claims: named, leading }]) =>
  figureElement(path, pictureAt, html`${named.join(", ")}, from ${runLink(leading)}`),
)}
</section>`;
}

function experimentSection(experiments: readonly OverviewExperiment[]): Html {
  return html`<section aria-labelledby="experiments">
<h2 id="experiments">The experiments</h2>
${experiments.map(
  ({
    name,
    question,
    state,
    reason,
    run,
    headline,
    warnings,
    seconds,
  }) => html`<h3>${run === null ? name : html`<a href="${run}/report.html">${name}</a>`}</h3>
<p>${question}</p>
${state !== "done" && html`<p class="warning"><strong>${state}:</strong> ${reason}</p>`}
${warnings.map((warning) => html`<p class="warning">${warning}</p>`)}
${headline.length > 0 && html`<ul>${headline.map((line) => html`<li>${line}</li>`)}</ul>`}
${seconds !== null && html`<p class="facts">${Math.max(1, Math.round(seconds))} s.</p>`}\n`,
)}
</section>`;
}

function repeatSection({ software, commandLine, startedAt, endedAt, machine }: OverviewPage["manifest"]): Html {
  return html`<section aria-labelledby="repeat">
<h2 id="repeat">How to repeat</h2>
${repeatCommands(software, commandLine)}
<p>Times will differ with the machine and its load; everything random follows from the seeds in the experiment files. Each experiment's page says
how to repeat it alone. <code>claims.csv</code> holds the table above, <code>manifest.json</code> the runs behind it.
${software.dirty && "The checkout had uncommitted changes: this cannot be repeated exactly from its commit."}</p>
<p class="facts">${startedAt} to ${endedAt}; ${machine.platform}, Node ${software.node}.</p>
</section>`;
}
