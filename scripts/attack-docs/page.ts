/** docs/attacks.md: what each strategy does, what it costs, what catches it, with the numbers of the reference runs. */

import { columnName, isShown } from "../../experiments/attack/columns.ts";
import { standardStrategies } from "../../src/actors/strategies/standard.ts";
import { docstringOf } from "./docstrings.ts";
import { type Row, referenceRun, table } from "./reference.ts";

/** Columns of the tables: what RASTiC's reading of the blog does with more checks, and its rivals. */
const SCHEMES = [
  "rastic blog k=1",
  "rastic blog k=3",
  "rastic blog k=16",
  "tolerant-rastic blog k=16 tau=0.5",
  "full-recomputation",
  "token-difr clip=0.5",
];
/** A scheme catches a cheat that it rejects this often. */
const CAUGHT = 0.95;
/** Schemes that reject more honest work than this catch nobody. */
const MAX_FALSE_REJECT_RATE = 0.05;

export function attackPage(): string {
  const accept = referenceRun("false-accept");
  const reject = referenceRun("false-reject");
  const detect = referenceRun("detection");
  const { tokenLimit, prompts, samplings } = accept.manifest.experiment.resolved;
  const sampling = samplings[0]!.name;
  const under = (rows: readonly Row[]) => rows.filter((row) => row["sampling"] === sampling);
  const acceptance = under(table(accept, "acceptance.csv"));
  const costs = under(table(accept, "cost.csv"));
  const detection = under(table(detect, "detection.csv"));
  const cheats = Map.groupBy(
    standardStrategies.filter(
      ({ kind, label }) => kind === "cheat" && costs.some(({ strategy }) => strategy === label),
    ),
    ({ name }) => name,
  );
  return `# Attacks

What each cheat does, what it costs the node that tries it, and what catches it. Written by \`npm run docs\` from the reference runs
([false-accept](../${accept.folder}), [false-reject](../${reject.folder}), [detection](../${detect.folder})); do not edit.

Unless it says otherwise: ${sampling}, ${prompts.evaluation} prompts that set no threshold, at most ${tokenLimit} tokens, the embedded
models in F16 on llama.cpp (${accept.manifest.machine.cpu}). _Passes_ is the mean probability of acceptance, exact over the verifier's draws;
\`<\` stands where nothing was accepted, with the 95 % bound. In brackets: 95 % intervals, clustered by prompt. _Costs_ is the
node's time over that of honest decoding one token at a time, and over that of honest speculative decoding; tokens are counted, time is modelled on
the published machine, whose one reading rate is that of long batches: the price of speculative decoding is a lower bound. A cheat that costs as much
as the cheaper way of being honest saves nothing (_worth it_: no).

## At a glance

${tableOf(
  ["cheat", "costs", "worth it", "passes blog k=1", "k=3", "k=16", "tolerant k=16", "full recomputation", "token-DiFR"],
  [...cheats.values()].flat().map(({ label }) => {
    const cost = costs.find(({ strategy }) => strategy === label)!;
    return [
      label,
      relative(cost["overHonest"]!),
      cost["pointless"] === "true" ? "no" : "yes",
      ...SCHEMES.map((scheme) => passes(acceptance, label, scheme, false)),
    ];
  }),
)}

${[...cheats]
  .map(([name, own]) => {
    const { paragraphs, source } = docstringOf(name);
    return `## ${name}

${paragraphs.join("\n\n")}

${source}

${own.map(({ label }) => `- **${label}**: ${inSentences(label, costs, acceptance, detection)}`).join("\n")}
`;
  })
  .join("\n")}
## Honest nodes

The other side of every scheme: how often it rejects honest work. Nodes that differ from the verifier in settings or hardware, each
sampling; flips are positions at which the verifier says another token than the node delivered.

${tableOf(
  [
    "sampling",
    "node",
    "positions",
    "flips",
    "outputs that differ",
    "rejected by blog k=1",
    "full recomputation",
    "tolerant k=16",
  ],
  honestRows(table(reject, "variations.csv"), table(reject, "acceptance.csv")),
)}
`;
}

function inSentences(
  label: string,
  costs: readonly Row[],
  acceptance: readonly Row[],
  detection: readonly Row[],
): string {
  const cost = costs.find(({ strategy }) => strategy === label)!;
  const speculative = cost["overSpeculative"];
  const price =
    `costs ${relative(cost["overHonest"]!)} times honest decoding` +
    (typeof speculative === "number" ? ` and ${relative(speculative)} times honest speculative decoding` : "") +
    (cost["pointless"] === "true" ? ", so it saves nothing" : "");
  const consistent = `${percent(cost["consistentShare"] as number)} of its tokens are the reference model's`;
  const passing = `passes RASTiC (blog, k=1) with ${passes(acceptance, label, "rastic blog k=1", true)}`;
  return `${price}; ${consistent}; ${passing}. ${catchers(label, detection)}`;
}

/** The schemes that catch it, cheapest first. */
function catchers(label: string, detection: readonly Row[]): string {
  const own = detection.filter(
    ({ strategy, scheme, falseRejects }) =>
      strategy === label && isShown(scheme as string) && (falseRejects as number) <= MAX_FALSE_REJECT_RATE,
  );
  const catching = own.filter(({ detected }) => (detected as number) >= CAUGHT);
  if (catching.length === 0) {
    const best = own.toSorted((a, b) => (b["detected"] as number) - (a["detected"] as number))[0];
    if (best === undefined) return "Nothing here was held against it.";
    return `No scheme that spares honest work rejects ${percent(CAUGHT)} of its outputs; the best is ${columnName(best["scheme"] as string)}, with ${percent(best["detected"] as number)}.`;
  }
  const names = catching
    .toSorted((a, b) => (a["prefillTokens"] as number) - (b["prefillTokens"] as number))
    .map(({ scheme, detected }) => `${columnName(scheme as string)} (${percent(detected as number)})`);
  return `Caught by ${names.join(", ")}.`;
}

function honestRows(variations: readonly Row[], acceptance: readonly Row[]): string[][] {
  return variations.map((row) => {
    const rejected = (scheme: string) => {
      const own = acceptance.find(
        (each) =>
          each["sampling"] === row["sampling"] && each["strategy"] === row["strategy"] && each["scheme"] === scheme,
      );
      if (own === undefined) return "-";
      const accepted = own["accepted"] as number;
      return accepted === 1 ? `< ${digits(1 - (own["low"] as number))}` : digits(1 - accepted);
    };
    const flips = row["flips"] as number;
    return [
      row["sampling"] as string,
      row["strategy"] as string,
      String(row["positions"]),
      flips === 0 ? `none (< ${(row["positionsBound"] as number).toExponential(1)} of positions)` : String(flips),
      flips === 0
        ? `< ${percent(row["promptsBound"] as number)}`
        : `${percent(row["differingShare"] as number)} [${percent(row["differingLow"] as number)} to ${percent(row["differingHigh"] as number)}]`,
      rejected("rastic blog k=1"),
      rejected("full-recomputation"),
      rejected("tolerant-rastic blog k=16 tau=0.5"),
    ];
  });
}

function passes(acceptance: readonly Row[], label: string, scheme: string, interval: boolean): string {
  const own = acceptance.find((row) => row["strategy"] === label && row["scheme"] === scheme);
  if (own === undefined) return "-";
  const [accepted, low, high] = ["accepted", "low", "high"].map((name) => own[name] as number) as [
    number,
    number,
    number,
  ];
  if (accepted === 0) return interval ? `less than ${digits(high)}` : `< ${digits(high)}`;
  return interval ? `probability ${digits(accepted)} [${digits(low)} to ${digits(high)}]` : digits(accepted);
}

function relative(value: string | number): string {
  return digits(Number(value));
}

function percent(share: number): string {
  return `${digits(100 * share)} %`;
}

/** Three significant digits, no exponent above a thousandth. */
function digits(value: number): string {
  if (value !== 0 && Math.abs(value) < 0.001) return value.toExponential(0);
  return Number(value.toPrecision(3)).toString();
}

function tableOf(names: readonly string[], rows: readonly (readonly string[])[]): string {
  return [names, names.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n");
}
