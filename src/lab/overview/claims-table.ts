import { publishedClaim, publishedClaims } from "../claims/texts.ts";
import type { ClaimNumber, ClaimVerdict } from "../claims/verdict.ts";
import { rounded } from "../format.ts";
import type { TableOf } from "../results/table.ts";

export type ClaimStatus = "confirmed" | "refuted" | "partly" | "undecided" | "not yet tested";

/** A verdict and where it was reached. */
export interface JudgedClaim extends ClaimVerdict {
  /** The experiment; null where it is arithmetic that the program does by itself. */
  readonly experiment: string | null;
  /** The run's folder, relative to the overview's; null likewise. */
  readonly run: string | null;
  /** The hardware that the run was made on; null where its numbers do not depend on it. */
  readonly machine: string | null;
  /** The figure of that run that names the claim, relative to its folder; null where none does. */
  readonly figure: string | null;
  /** Of a run that is kept with the code: which one it is, "full preset, 2026-11-24". */
  readonly reference?: string | undefined;
}

/** One published claim with all that was found out about it. */
export interface ClaimRow {
  readonly claim: string;
  readonly status: ClaimStatus;
  readonly text: string;
  readonly source: string;
  /** The verdict whose number stands for the claim: one that says what the status says, if there is one. */
  readonly leading: JudgedClaim | undefined;
  readonly judged: readonly JudgedClaim[];
  /** Where a reference run says more and its verdict stands above: what the runs of this overview came to. */
  readonly here?: { readonly status: ClaimStatus; readonly leading: JudgedClaim | undefined };
  /** Where runs on different hardware are joined: what the claim comes to on each, whatever its status here. */
  readonly byMachine: readonly MachineStatus[];
}

interface MachineStatus {
  readonly machine: string;
  readonly status: ClaimStatus;
}

/**
 * All numbered claims in order, then the unnumbered ones that were judged, each with the verdicts on it. The strongest evidence at hand
 * stands for a claim: where the runs decided something else than larger runs that are kept with the code, or nothing, those lead.
 *
 * @param onMachines verdicts of runs that are joined by machine
 * @param kept verdicts of reference runs of the same experiments
 */
export function claimRows(
  judged: readonly JudgedClaim[],
  onMachines: readonly (ClaimVerdict & { readonly machine: string })[] = [],
  kept: readonly JudgedClaim[] = [],
): ClaimRow[] {
  const names = new Set([...Object.keys(publishedClaims), ...judged.map(({ claim }) => claim)]);
  return [...names].map((claim) => {
    const { text, source } = publishedClaim(claim) ?? { text: "", source: "unknown" };
    const own = judged.filter((verdict) => verdict.claim === claim);
    const status = statusOf(own);
    const machines = Map.groupBy(
      onMachines.filter((verdict) => verdict.claim === claim),
      ({ machine }) => machine,
    );
    const byMachine = [...machines].map(([machine, verdicts]) => ({ machine, status: statusOf(verdicts) }));
    const here = { status, leading: leadingOf(own, status) };
    const known = kept.filter((verdict) => verdict.claim === claim && saysMore(verdict, status));
    const knownStatus = statusOf(known);
    if (!isDecided(knownStatus) || knownStatus === status)
      return { claim, text, source, ...here, judged: own, byMachine };
    const leading = leadingOf(known, knownStatus);
    return { claim, status: knownStatus, text, source, leading, judged: [...known, ...own], here, byMachine };
  });
}

/**
 * What several verdicts on one claim come to: those that decided nothing do not count, unless none did; where the others differ
 * (it holds for one model and fails for another), the claim is partly right.
 */
function statusOf(verdicts: readonly ClaimVerdict[]): ClaimStatus {
  if (verdicts.length === 0) return "not yet tested";
  const decided = new Set(verdicts.map(({ verdict }) => verdict).filter((verdict) => verdict !== "not decided"));
  if (decided.size === 0) return "undecided";
  if (decided.size > 1 || decided.has("partly")) return "partly";
  return decided.has("holds") ? "confirmed" : "refuted";
}

function isDecided(status: ClaimStatus): boolean {
  return status !== "undecided" && status !== "not yet tested";
}

/** What another machine measured says nothing more about a claim than what this one did, if that decided it. */
function saysMore({ machine }: JudgedClaim, status: ClaimStatus): boolean {
  return machine === null || !isDecided(status);
}

const SAYS = { holds: "confirmed", fails: "refuted", partly: "partly", "not decided": "undecided" } as const;

function leadingOf(verdicts: readonly JudgedClaim[], status: ClaimStatus): JudgedClaim | undefined {
  const rank = ({ verdict, number }: ClaimVerdict) =>
    (SAYS[verdict] === status ? 4 : verdict === "not decided" ? 0 : 2) + (number === undefined ? 0 : 1);
  return verdicts.toSorted((a, b) => rank(b) - rank(a))[0];
}

/** "AMD EPYC, haswell: refuted; NVIDIA X (cuda): partly". Empty where nothing is joined. */
export function byMachineInWords({ byMachine }: ClaimRow): string {
  return byMachine.map(({ machine, status }) => `${machine}: ${status}`).join("; ");
}

/** 11.1 [9.5 to 24]; 7.93e-12 (exact). Empty where no number stands for the claim. */
export function numberInWords({ leading }: ClaimRow): string {
  return leading?.number === undefined ? "" : claimNumberInWords(leading.number);
}

export function claimNumberInWords({ value, low, high }: ClaimNumber): string {
  const ends = low === null || high === null ? "" : ` [${short(low)} to ${short(high)}]`;
  return `${short(value)}${ends}`;
}

/** Three digits; an exponent only where there is no reading it without. */
function short(value: number): string {
  if (value !== 0 && Math.abs(value) < 1e-4) return value.toPrecision(3);
  return Math.abs(value) >= 1000 ? Math.round(value).toLocaleString("en") : String(rounded(value));
}

interface ClaimRecord {
  readonly claim: string;
  readonly status: ClaimStatus;
  readonly statusHere: ClaimStatus;
  readonly text: string;
  readonly source: string;
  readonly verdicts: number;
  readonly number: number | null;
  readonly low: number | null;
  readonly high: number | null;
  readonly what: string | null;
  readonly obtained: string | null;
  readonly subject: string | null;
  readonly experiment: string | null;
  readonly reference: string | null;
  readonly run: string | null;
  readonly figure: string | null;
  readonly machine: string | null;
  readonly byMachine: string;
}

/** The table of claims as a file. */
export function claimsTable(rows: readonly ClaimRow[]): TableOf<ClaimRecord> {
  const text = (name: keyof ClaimRecord, description: string) => ({
    name,
    type: "text" as const,
    unit: null,
    description,
  });
  const number = (name: keyof ClaimRecord, description: string) => ({
    ...text(name, description),
    type: "number" as const,
  });
  return {
    file: "claims.csv",
    caption: "The published claims and what became of them",
    columns: [
      text("claim", "number of the claim"),
      text("status", "confirmed, refuted, partly, undecided (tested, and too little to tell) or not yet tested"),
      text("statusHere", "the same by the runs of this overview alone, without reference runs"),
      text("text", "the claim in short"),
      text("source", "blog post or section of the whitepaper"),
      number("verdicts", "how many verdicts of how many runs and subjects are behind the status"),
      number("number", "the number that says most; `what` has its unit"),
      number("low", "lower end of its 95 % interval; empty where it is exact"),
      number("high", "upper end of its 95 % interval"),
      text("what", "what the number is"),
      text("obtained", "measured, computed exactly or modelled"),
      text("subject", "on what"),
      text("experiment", "the experiment it comes from; empty for arithmetic"),
      text("reference", "where that is a run kept with the code, which one"),
      text("run", "that run's folder, seen from this one"),
      text("figure", "the figure of that run that shows it"),
      text("machine", "the hardware that the number was measured on; empty where it does not depend on it"),
      text(
        "byMachine",
        "where runs on different hardware are joined: what the claim comes to on each; by-machine.csv has the numbers",
      ),
    ],
    rows: rows.map((row) => {
      const { claim, status, text, source, leading, judged } = row;
      return {
        claim,
        status,
        statusHere: row.here?.status ?? status,
        text,
        source,
        verdicts: judged.length,
        number: leading?.number?.value ?? null,
        low: leading?.number?.low ?? null,
        high: leading?.number?.high ?? null,
        what: leading?.number?.what ?? null,
        obtained: leading?.obtained ?? null,
        subject: leading?.subject ?? null,
        experiment: leading?.experiment ?? null,
        reference: leading?.reference ?? null,
        run: leading?.run ?? null,
        figure: leading?.figure ?? null,
        machine: leading?.machine ?? null,
        byMachine: byMachineInWords(row),
      };
    }),
  };
}
