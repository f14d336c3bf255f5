import { type ClaimVerdict, type Part, verdictOf } from "../../src/lab/claims/verdict.ts";
import { inWords, percent } from "../../src/lab/format.ts";
import { simulated, type VerificationRow, verifications } from "./cells.ts";
import type { OutsourcedRow } from "./rows.ts";

/** A change of acceptance by less than this counts as none. */
const MARGIN = 0.05;

/** A client gets no computation for free (§2.5.3): it is told hashes only. */
export function claimNoFreeComputation(rows: readonly OutsourcedRow[], revision: string): ClaimVerdict {
  const head = { claim: "no free computation", subject: `revision ${revision}` };
  const completions = rows.filter((row) => row.measure === "completion" && row.revision === revision);
  if (completions.length === 0)
    return { ...head, verdict: "not decided", sentence: "No completion was tried in this run." };
  const sum = (of: (row: OutsourcedRow) => number | null) =>
    completions.reduce((total, row) => total + (of(row) ?? 0), 0);
  const [wanted, got, inverted] = [
    sum((row) => row.tokensWanted),
    sum((row) => row.tokensObtained),
    sum((row) => row.tokensByInversion),
  ];
  const timed = rows.filter((row) => row.measure === "hashing" && row.revision === revision);
  const times = timed.map(({ vocabulary, wallMs }) => `${vocabulary} tokens ${inWords(wallMs!)} ms`).join(", ");
  const how =
    inverted > 0
      ? `each found by its hash in a table of the ${completions[0]!.vocabulary} hashes of the vocabulary`
      : "none by its hash, which is salted: the verifiers' opened answers say the token itself";
  return {
    ...head,
    verdict: got > 0 ? "fails" : "holds",
    sentence:
      `Without a job or a payment a client got ${got} of ${wanted} tokens of ${completions.length} honest completions from verifiers, ${how}. ` +
      `Verifiers read ${inWords(sum((row) => row.verifierTokens) / Math.max(1, got))} tokens for each token given away, in ` +
      `${inWords(sum((row) => row.messages) / Math.max(1, got))} messages.` +
      (inverted > 0 ? ` Hashing a vocabulary once takes, measured on this machine: ${times}.` : ""),
    number: {
      what: "tokens of honest completions got for nothing (%)",
      value: (100 * got) / wanted,
      low: null,
      high: null,
    },
    obtained: "computed exactly",
  };
}

/**
 * Outsourced verification needs no trust in verifiers (§2.5.3): as long as Sybil identities are few, acceptance is what it is without
 * them, for cheats and for honest outputs.
 */
export function claimTrustless(rows: readonly OutsourcedRow[], revision: string): ClaimVerdict {
  const head = { claim: "trustless", subject: `revision ${revision}` };
  const own = verifications(rows).filter((row) => row.revision === revision);
  const minority = Math.max(...own.map(({ share }) => share).filter((share) => share > 0 && share < 0.5));
  const asked = askedOf(own);
  const { inside, combinations } = agreement(own);
  if (!Number.isFinite(minority) || !own.some(({ share }) => share === 0))
    return {
      ...head,
      verdict: "not decided",
      sentence: "The claim needs a run without Sybil identities and one with a minority.",
    };
  const kinds = [...Map.groupBy(own, ({ sybils, honestOutput }) => `${sybils}/${honestOutput}`).values()];
  const shifts = kinds.map((kind) => shiftOf(kind, minority, asked));
  const largest = shifts.reduce((most, one) =>
    Math.abs(one.to - one.from) > Math.abs(most.to - most.from) ? one : most,
  );
  return {
    ...head,
    verdict: verdictOf(shifts.map(partOf)),
    sentence:
      `With ${Math.round(100 * minority)} % Sybil identities and ${asked} verifiers asked for each position: ` +
      `${shifts.map(inSentence).join("; ")} (exact, mean over outputs). The simulation's 95 % interval holds the exact value in ${inside} of ${combinations} combinations.`,
    number: {
      what: `largest change of acceptance by ${Math.round(100 * minority)} % Sybil identities (percentage points)`,
      value: 100 * (largest.to - largest.from),
      low: null,
      high: null,
    },
    obtained: "computed exactly",
  };
}

/** Three where three were asked, the number whose majority is the smallest worth the name; else the largest. */
export function askedOf(rows: readonly VerificationRow[]): number {
  const numbers = rows.map(({ asked }) => asked);
  return numbers.includes(3) ? 3 : Math.max(...numbers);
}

interface Shift {
  readonly sybils: string;
  readonly honestOutput: boolean;
  readonly from: number;
  readonly to: number;
}

function shiftOf(rows: readonly VerificationRow[], share: number, asked: number): Shift {
  const { sybils, honestOutput } = rows[0]!;
  const mean = (at: number) => {
    const values = rows.filter((row) => row.share === at && row.asked === asked).map((row) => row.exactAcceptance);
    return values.reduce((sum, one) => sum + one, 0) / values.length;
  };
  return { sybils, honestOutput, from: mean(0), to: mean(share) };
}

/** Cheats must not gain, honest outputs not lose. */
function partOf({ honestOutput, from, to }: Shift): Part {
  const harm = honestOutput ? from - to : to - from;
  return harm > MARGIN ? "refuted" : "confirmed";
}

function inSentence({ sybils, honestOutput, from, to }: Shift): string {
  return `Sybils that ${sybils} take ${honestOutput ? "honest outputs" : "cheats"} from ${percent(from)} accepted to ${percent(to)}`;
}

/** In how many combinations the simulation's interval holds the exact value. */
function agreement(rows: readonly VerificationRow[]): { inside: number; combinations: number } {
  const inside = rows.filter((row) => {
    const { low, high } = simulated(row);
    return row.exactAcceptance >= low - 1e-12 && row.exactAcceptance <= high + 1e-12;
  });
  return { inside: inside.length, combinations: rows.length };
}
