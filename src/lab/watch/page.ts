import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { COLOURS } from "../charts/theme.ts";
import { Html, html, jsonForScript } from "../report/html.ts";

const body = html`<header>
<h1>Camelid <span id="experiment"></span></h1>
<p id="state" role="status">Connecting</p>
</header>
<main>
<section class="controls" aria-label="Playback">
<label class="cell">Cell <select id="cell"></select></label>
<div class="buttons">
<button type="button" id="play" disabled>Play</button>
<button type="button" id="live" aria-pressed="false" disabled>Follow live</button>
<label>Whole run in <select id="speed"></select></label>
</div>
<label class="scrub"><span>Simulated time <output id="clock">–</output></span>
<input type="range" id="scrub" min="0" max="0" value="0" step="1" disabled></label>
</section>
<p class="facts">Every time on this page is <strong>simulated time</strong>, except events per second, which are counted by
<strong>wall-clock time</strong> while the run goes on. Keys: <kbd>space</kbd> plays and pauses, <kbd>←</kbd> <kbd>→</kbd> one snapshot
back or on, <kbd>Home</kbd> <kbd>End</kbd> the first or newest one.</p>
<dl class="tiles" id="tiles"></dl>
<div class="columns">
<div>
<section aria-labelledby="who">
<h2 id="who">Who does what</h2>
<p class="legend" id="states"></p>
<div id="groups"></div>
</section>
<section aria-labelledby="stages">
<h2 id="stages">Jobs by stage</h2>
<div id="stage-bars"></div>
</section>
</div>
<div>
<section aria-labelledby="money">
<h2 id="money">Coins by kind</h2>
<label class="facts">Shown <select id="measure">
<option value="earned-each">earned, per node</option>
<option value="earned">earned, all nodes of a kind</option>
<option value="spendable">spendable, all parties of a kind</option>
</select></label>
<div class="chart" id="coins"></div>
<p class="facts" id="coins-note"></p>
</section>
<section aria-labelledby="queue">
<h2 id="queue">Open jobs</h2>
<div class="chart" id="jobs-open"></div>
<p class="facts">Open: not paid, and not over. Queue: those of them that no node works on.</p>
</section>
<section aria-labelledby="messages">
<h2 id="messages">Messages</h2>
<div class="chart" id="traffic"></div>
</section>
</div>
</div>
<section aria-labelledby="news">
<h2 id="news">Disputes and other news</h2>
<ol id="ticker" class="ticker" tabindex="0" aria-label="Newest first"></ol>
</section>
<section aria-labelledby="numbers">
<h2 id="numbers">All numbers</h2>
<div class="scroll" role="region" tabindex="0" aria-label="Table by kind">
<table><caption id="table-caption">By kind, since the beginning of the run</caption>
<thead id="table-head"></thead><tbody id="table-body"></tbody></table>
</div>
</section>
</main>`;

/** The page as one piece, and the headers that hold it to that: it may run its own script and talk to its own server. */
export function watchPage(): { readonly html: string; readonly headers: Readonly<Record<string, string>> } {
  const script = asset("page-script.js");
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Camelid: watch a run</title>
<link rel="icon" href="data:,">
<style>${new Html(asset("style.css"))}</style>
</head>
<body>
${body}
<script type="application/json" id="colours">${jsonForScript(COLOURS)}</script>
<script>${new Html(script)}</script>
</body>
</html>
`.text;
  const hash = createHash("sha256").update(script).digest("base64");
  return {
    html: page,
    headers: {
      "content-security-policy":
        `default-src 'none'; script-src 'sha256-${hash}'; style-src 'unsafe-inline'; img-src data:; connect-src 'self'; ` +
        "base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    },
  };
}

function asset(file: string): string {
  return readFileSync(new URL(file, import.meta.url), "utf8");
}
