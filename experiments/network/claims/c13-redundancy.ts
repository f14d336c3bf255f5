import type { Scheduling } from "../../../src/actors/world-settings.ts";
import { type ClaimVerdict, inPercent, numberOf, type Part, verdictOf } from "../../../src/lab/claims/verdict.ts";
import { inWords, percent } from "../../../src/lab/format.ts";
import type { Estimate } from "../../../src/statistics/interval.ts";
import { meanOverRuns, ratioOverRuns } from "../../../src/statistics/over-runs.ts";
import { zeroEventsUpperBound } from "../../../src/statistics/zero-events.ts";
import { type Cell, generationTokens, sumOf } from "../cells.ts";
import type { Population } from "../settings.ts";

/** Less work in vain than this counts as none; a difference in waiting time within 5 % counts as none. */
const WASTE_MARGIN = 0.05;
const TIME_MARGIN = 0.05;
/** An output that fails is no answer: with a smaller share of passes than this, against work done once, nothing is swift. */
const ANSWERED_SHARE = 0.9;

/** C13: redundant computation gives swift answers but is wasteful; a central scheduler fixes it (§4.2, §6). */
export function claimC13(cells: readonly Cell[], population: Population): ClaimVerdict {
  const subject = SUBJECTS[population];
  const of = (scheduling: Scheduling) => cells.filter((cell) => cell.scheduling === scheduling);
  const [redundant, exclusive, central] = [of("redundant"), of("exclusive"), of("central")];
  const alone = exclusive.length > 0 ? exclusive : central;
  const wait = waitRatio(redundant, alone);
  if (wait === undefined || central.length === 0) {
    const sentence =
      "The claim needs redundant work beside a central scheduler, each with verified outputs; this run lacks one.";
    return { claim: "C13", subject, verdict: "not decided", sentence };
  }
  const [waste, centralWaste] = [vainShare(redundant), vainShare(central)];
  const centralWait = waitRatio(central, redundant)!;
  const answered = passShare(redundant) > ANSWERED_SHARE * passShare(alone);
  const parts = [
    answered ? faster(wait) : ("refuted" as const),
    above(waste, WASTE_MARGIN),
    below(centralWaste, WASTE_MARGIN),
  ];
  const joules = joulesPerJob(redundant, central);
  return {
    claim: "C13",
    subject,
    verdict: verdictOf(parts),
    sentence:
      `${passed(redundant, alone)}With redundant work a verified output takes ${interval(wait)} times as long as with ${alone[0]!.scheduling} ` +
      `acceptance: ${answered ? SWIFT[parts[0]!] : "no swift answers, as too few are answers at all"}. ${inVain(waste, redundant)} of all generation tokens were for jobs that paid another node; ` +
      `${WASTEFUL[parts[1]!]}. Under a central scheduler it is ${inVain(centralWaste, central)}, and a verified output takes ` +
      `${interval(centralWait)} times as long as with redundant work: ${FIXED[parts[2]!]}.` +
      (joules === undefined ? "" : ` Generation per paid job takes ${interval(joules)} times the scheduler's energy.`),
    number: numberOf("generation tokens in vain under redundant work (%)", inPercent(waste)),
    obtained: "modelled",
  };
}

const SUBJECTS = { mixed: "a mixed population", honest: "honest nodes only" } as const;
const SWIFT = { confirmed: "swifter, as claimed", refuted: "not swifter", open: "too close to tell" } as const;
const WASTEFUL = { confirmed: "it is wasteful", refuted: "it is not wasteful", open: "too close to tell" } as const;
const FIXED = { confirmed: "the waste is gone", refuted: "the waste stays", open: "too close to tell" } as const;

/** Of the outputs that were verified. */
function passShare(cells: readonly Cell[]): number {
  const nodes = cells.flatMap((cell) => cell.nodes);
  return sumOf(nodes, "passed") / (sumOf(nodes, "passed") + sumOf(nodes, "failed"));
}

/** A swift answer is worth something if it is right: said where outputs failed. */
function passed(redundant: readonly Cell[], alone: readonly Cell[]): string {
  const shares = [passShare(redundant), passShare(alone)] as const;
  if (shares.every((one) => one === 1)) return "";
  const nodes = redundant.flatMap((cell) => cell.nodes);
  const others = nodes.filter(({ followsProtocol }) => followsProtocol === false);
  const part = (column: "members" | "paid") => share(sumOf(others, column) / sumOf(nodes, column));
  const [first, second] = shares.map(share);
  return (
    `Of the outputs that were verified, ${first} passed with redundant work and ${second} with ${alone[0]!.scheduling} ` +
    `acceptance: with redundant work the nodes that break the protocol, ${part("members")} of all, won ${part("paid")} of the ` +
    "paid jobs, and times are those of outputs that passed. "
  );
}

function waitRatio(ones: readonly Cell[], others: readonly Cell[]): Estimate | undefined {
  const pairs = paired(ones, others).flatMap(([one, other]) => {
    const [a, b] = [one.network.verifiedMedianSeconds, other.network.verifiedMedianSeconds];
    return a === null || b === null ? [] : [[a, b] as const];
  });
  return pairs.length === 0 ? undefined : ratioOverRuns(pairs);
}

/** "70 %"; never "0 %" of something that happened, nor "100 %" of something that did not always. */
function share(value: number): string {
  if (Number.isNaN(value) || value === 0) return "none";
  if (value < 0.005) return "under 1 %";
  return value < 1 && value >= 0.995 ? "over 99 %" : `${Math.round(100 * value)} %`;
}

/** Where nothing at all was in vain, it ends at the bound for the share of jobs that have any work in vain. */
function vainShare(cells: readonly Cell[]): Estimate {
  const shares = cells.map((cell) => {
    const { total, vain } = generationTokens(cell);
    return total === 0 ? 0 : vain / total;
  });
  const jobs = paidJobs(cells);
  if (jobs === 0 || shares.some((share) => share > 0)) return meanOverRuns(shares);
  return { value: 0, low: 0, high: zeroEventsUpperBound(jobs), confidence: 0.95 };
}

function paidJobs(cells: readonly Cell[]): number {
  return sumOf(
    cells.flatMap(({ nodes }) => nodes),
    "paid",
  );
}

function joulesPerJob(ones: readonly Cell[], others: readonly Cell[]): Estimate | undefined {
  const perJob = ({ nodes }: Cell) => sumOf(nodes, "joules") / sumOf(nodes, "paid");
  const known = [...ones, ...others].every(({ nodes }) => nodes.every(({ joules }) => joules !== null));
  const pairs = paired(ones, others).map(([one, other]) => [perJob(one), perJob(other)] as const);
  return known && pairs.every(([a, b]) => a > 0 && b > 0) ? ratioOverRuns(pairs) : undefined;
}

function paired(ones: readonly Cell[], others: readonly Cell[]): [Cell, Cell][] {
  return ones.flatMap((one): [Cell, Cell][] => {
    const other = others.find(({ run }) => run === one.run);
    return other === undefined ? [] : [[one, other]];
  });
}

function faster({ low, high }: Estimate): Part {
  if (high < 1 - TIME_MARGIN) return "confirmed";
  return low > 1 - TIME_MARGIN ? "refuted" : "open";
}

function above({ low, high }: Estimate, limit: number): Part {
  if (low > limit) return "confirmed";
  return high < limit ? "refuted" : "open";
}

function below({ low, high }: Estimate, limit: number): Part {
  if (high < limit) return "confirmed";
  return low > limit ? "refuted" : "open";
}

function interval({ value, low, high }: Estimate): string {
  const ends = Number.isFinite(high) ? ` [${inWords(low)} to ${inWords(high)}]` : "";
  return `${inWords(value)}${ends}`;
}

function inVain(share: Estimate, cells: readonly Cell[]): string {
  if (share.value > 0) return withEnds(share);
  if (paidJobs(cells) === 0) return "not known, as no job was paid";
  return `none (seen in 0 of ${paidJobs(cells)} paid jobs, so in under ${percent(share.high)})`;
}

function withEnds({ value, low, high }: Estimate): string {
  // What was seen at all is above 0 %, in its interval's upper end too.
  const one = (share: number) => (share > 0 && share < 0.01 ? inWords(100 * share) : Math.round(100 * share));
  const ends = Number.isFinite(high) ? ` [${one(Math.max(0, low))} to ${one(Math.min(1, high))}]` : "";
  return `${one(value)}${ends} %`;
}
