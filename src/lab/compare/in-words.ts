/** A comparison in words and short numbers, for the terminal and the page. */
import { inWords } from "../format.ts";
import type { Comparison } from "./compare.ts";
import { type ChangeVerdict, type MetricComparison, reach, tooManyMetrics } from "./judge.ts";

/** "-0.0102 [-0.0144 to -0.006]" */
export function differenceText({ difference, low, high }: MetricComparison): string {
  if (difference === null) return "–";
  return low === null || high === null
    ? inWords(difference)
    : `${inWords(difference)} [${inWords(low)} to ${inWords(high)}]`;
}

/** "0.012" of the test that led to the verdict; a bound where it is tiny; "–" where none was needed. */
export function pText({ verdict, pChanged, pUnchanged }: MetricComparison): string {
  const p = verdict === "unchanged" ? pUnchanged : pChanged;
  if (p === null) return "–";
  return p < 0.001 ? "< 0.001" : p.toPrecision(2);
}

export function meanText(mean: number | null): string {
  return mean === null ? "–" : inWords(mean);
}

/** What a verdict's heading does not say already. */
export function remarkOf({ reason }: MetricComparison): string | null {
  const plain = [
    "differs",
    "differs, and follows from settings and seed",
    "within the margin",
    "neither a difference nor its absence is shown",
    "too few replications for any verdict",
    tooManyMetrics,
  ];
  return plain.includes(reason) ? null : reason;
}

export const isIdentical = ({ reason }: MetricComparison): boolean => reason.startsWith("identical");

/** "changed: 5 metrics; undecided: 2; unchanged: 48, of them 40 identical in every pair" */
export function countsText({ metrics, exact, replication }: Comparison): string {
  const count = (wanted: ChangeVerdict) => metrics.filter(({ verdict }) => verdict === wanted).length;
  const identical = metrics.filter(isIdentical).length;
  return (
    `${count("changed")} of ${metrics.length} metrics changed, ${count("undecided")} undecided, ` +
    `${count("unchanged")} unchanged${identical > 0 ? ` (${identical === count("unchanged") ? "all" : identical} of them identical in every ${exact ? replication : "pair"})` : ""}`
  );
}

/** What was compared, and how. */
export function designText({ paired, exact, replication, replications }: Comparison): string {
  if (exact) return `${replications.used} ${replication}${replications.used === 1 ? "" : "s"} worked out on both sides`;
  return paired
    ? `${replications.used} ${replications.used === 1 ? `pair of ${replication}s` : `pairs of ${replication}s`} on common random numbers`
    : `${replications.a} and ${replications.b} independent ${replication}s`;
}

/** What to do about undecided metrics; null where nothing helps or nothing is needed. */
export function advice({ metrics, paired, replication, replications, replicationsNeeded }: Comparison): string | null {
  const open = metrics.filter(({ pChanged, verdict }) => pChanged !== null || verdict === "undecided").length;
  const { leastP, needed } = reach(paired, replications.used, open);
  if (needed === null)
    return `${open} tests at once ask for smaller p-values than resampling gives, however many ${replication}s there are: choose fewer metrics with --only.`;
  if (replicationsNeeded === null) return null;
  const few = `${replications.used} ${replication}s give no p under ${leastP.toPrecision(2)}, and ${open} tests at once need at least ${needed}. `;
  return (
    `${replications.used < needed ? few : ""}To decide what is undecided it would take about ${replicationsNeeded} ${replication}s on each side in place of ` +
    `${replications.used}, if scatter and differences stay what they are; fewer metrics (--only) or wider margins (--margin) need fewer.`
  );
}

/** The whole in one sentence. */
export function verdictText({ verdict, exact, metrics, oneSided }: Comparison): string {
  if (oneSided.length > 0 && metrics.every((metric) => metric.verdict !== "changed"))
    return `Changed: ${oneSided.length === 1 ? "a metric" : `${oneSided.length} metrics`} of one side ${oneSided.length === 1 ? "is" : "are"} missing on the other.`;
  const texts: Readonly<Record<ChangeVerdict, string>> = {
    changed: exact
      ? "Changed: at least one metric differs by more than its margin, and nothing in it is left to chance."
      : "Changed: at least one metric differs by more than chance, and is not shown to stay within its margin.",
    unchanged: "Unchanged: every metric is identical or shown to differ by less than its margin.",
    undecided: "Undecided: nothing is shown to differ, and not everything is shown to be the same.",
  };
  return texts[verdict];
}
