import type { JoinedRuns } from "../by-machine/joined.ts";
import type { ClaimVerdict } from "../claims/verdict.ts";
import { type Html, html } from "../report/html.ts";
import { claimNumberInWords } from "./claims-table.ts";
import { figureElement } from "./figure-element.ts";

/** Runs of the same experiment on different hardware: figures that join them, what each claim comes to on each machine, what is not in it. */
export function byMachineSection(joined: readonly JoinedRuns[], pictureAt: (path: string) => string): Html {
  if (joined.length === 0) return html``;
  return html`<section aria-labelledby="by-machine">
<h2 id="by-machine">By machine</h2>
<p class="facts">Runs of the same experiment on different hardware, whichever command made them. Only what is comparable is joined: the same model file,
sampling, prompts and release of llama.cpp. <code>by-machine.csv</code> holds the verdicts.</p>
${joined.map((one) => joinedPart(one, pictureAt))}
</section>`;
}

function joinedPart(
  { kind, machines, figures, verdicts, pairs, excluded }: JoinedRuns,
  pictureAt: (path: string) => string,
): Html {
  return html`<h3>${kind}</h3>
${
  machines.length > 0 &&
  html`<ul>
${machines.map(
  ({ name, description, runs }) =>
    html`<li><strong>${name}</strong>: ${description}; ${runs.map(
      ({ folder, page, startedAt, commit }, i) =>
        html`${i > 0 && ", "}<a href="${folder}/${page}">run of ${startedAt.slice(0, 10)}</a>${commit !== null && `, commit ${commit.slice(0, 10)}`}`,
    )}</li>\n`,
)}</ul>`
}
${figures.map(({ name }) => figureElement(`figures/${name}`, pictureAt, html`JoinedRuns: ${machines.map((machine) => machine.name).join("; ")}`))}
${pairs === undefined ? null : pairsPart(pairs.table.file, pairs.sentences)}
${
  verdicts.length > 0 &&
  verdictTable(
    kind,
    machines.map(({ name }) => name),
    verdicts,
  )
}
${excluded.length > 0 && html`<p class="facts">Not joined:</p>\n<ul class="facts">${excluded.map((line) => html`<li>${line}</li>\n`)}</ul>`}
`;
}

function pairsPart(file: string, lines: readonly string[]): Html {
  if (lines.length === 0) return html``;
  return html`<p>Repeat by repeat, with the same prompts and the same checked positions on both machines (<code>${file}</code> has every form
and length):</p>
<ul>${lines.map(
    (line) => html`<li>${line}</li>
`,
  )}</ul>`;
}

/** A claim on a model or sampling a row, a machine a column. */
function verdictTable(kind: string, machines: readonly string[], verdicts: JoinedRuns["verdicts"]): Html {
  const rows = [...Map.groupBy(verdicts, ({ claim, subject }) => `${claim} ${subject}`).values()].toSorted(
    ([a], [b]) => Number(a!.claim.slice(1)) - Number(b!.claim.slice(1)),
  );
  return html`<div class="scroll" role="region" tabindex="0" aria-label="${kind}: verdicts by machine">
<table class="claims">
<caption>What the claims come to on each machine; square brackets hold 95 % intervals</caption>
<thead><tr><th scope="col">claim</th><th scope="col">on</th>${machines.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>
${rows.map((own) => {
  const { claim, subject } = own[0]!;
  const cells = machines.map((name) => verdictCell(own.find(({ machine }) => machine === name)));
  return html`<tr><th scope="row">${claim}</th><td>${subject}</td>${cells}</tr>\n`;
})}</tbody>
</table>
</div>`;
}

function verdictCell(verdict: ClaimVerdict | undefined): Html {
  if (verdict === undefined) return html`<td>–</td>`;
  const { verdict: said, number, sentence } = verdict;
  return html`<td class="${said.replace(" ", "-")}"><span class="verdict">${said}</span>${
    number === undefined ? html` ${sentence}` : html` <strong>${claimNumberInWords(number)}</strong> ${number.what}`
  }</td>`;
}
