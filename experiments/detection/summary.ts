import { type Column, numberColumn, type TableOf, textColumn } from "../../src/lab/results/table.ts";
import type { Streams } from "../../src/sim/streams.ts";
import { clusteredAreaUnder } from "../../src/statistics/clustered-area-under.ts";
import { median } from "../../src/statistics/median.ts";
import { areaUnder, partialAreaUnder, type RocPoint, rocCurve } from "../../src/statistics/roc.ts";
import type { AttackRow } from "../attack/rows.ts";
import { summarizeAcceptance } from "../attack/summary.ts";
import { verdictCost } from "./verdict-cost.ts";

/** False rejects that a network may bear: the partial area looks no further. */
export const MAX_FALSE_REJECT_RATE = 0.005;
/** A cheat is caught when this probability is reached. */
export const CAUGHT = 0.95;

/** One strategy before one scheme: how well told from honest work, and at what price. */
export interface DetectionSummary {
  readonly sampling: string;
  readonly strategy: string;
  readonly kind: AttackRow["kind"];
  readonly scheme: string;
  readonly area: number;
  readonly areaLow: number | null;
  readonly areaHigh: number | null;
  readonly partialArea: number;
  readonly detected: number;
  readonly detectedLow: number;
  readonly detectedHigh: number;
  readonly falseRejects: number;
  readonly falseRejectsHigh: number;
  readonly prefillTokens: number;
  readonly separatePrefillTokens: number;
  readonly decodeTokens: number;
  readonly tokensToCatch: number | null;
}

/** Every cheat against all honest variations together, by scheme. */
export function summarizeDetection(rows: readonly AttackRow[], streams: Streams): DetectionSummary[] {
  const acceptance = summarizeAcceptance(rows, streams);
  const honestRows = rows.map((row): AttackRow => (row.kind === "cheat" ? row : { ...row, strategy: "honest work" }));
  const honest = summarizeAcceptance(
    honestRows.filter(({ kind }) => kind !== "cheat"),
    streams,
  );
  const groups = Map.groupBy(
    rows.filter(({ split, kind }) => split === "evaluation" && kind === "cheat"),
    ({ sampling, strategy }) => `${sampling}/${strategy}`,
  );
  return acceptance
    .filter(({ kind }) => kind === "cheat")
    .map((each) => {
      const { sampling, strategy, kind, scheme } = each;
      const own = groups.get(`${sampling}/${strategy}`)!;
      const { accepted, low, high } = honest.find((one) => one.sampling === sampling && one.scheme === scheme)!;
      const detected = 1 - each.accepted;
      const under = rows.filter((row) => row.sampling === sampling);
      const suspicion = suspicionUnder(under, scheme);
      const prompts = suspicion && scoresByPrompt(under, own, suspicion);
      const draws = () => streams.fresh(`statistics/area/${sampling}/${strategy}/${scheme}`);
      const estimate = prompts && clusteredAreaUnder(prompts, draws());
      const curve = prompts ? curveOf(prompts) : verdictCurve(1 - accepted, detected);
      const cost = verdictCost(scheme, own);
      return {
        sampling,
        strategy,
        kind,
        scheme,
        area: estimate?.value ?? areaUnder(curve),
        areaLow: estimate?.low ?? null,
        areaHigh: estimate?.high ?? null,
        partialArea: partialAreaUnder(curve, MAX_FALSE_REJECT_RATE),
        detected,
        detectedLow: 1 - each.high,
        detectedHigh: 1 - each.low,
        falseRejects: 1 - accepted,
        falseRejectsHigh: accepted === 1 ? 1 - low : 1 - Math.min(low, high),
        ...cost,
        tokensToCatch: detected === 0 ? null : cost.prefillTokens * verdictsToCatch(detected),
      };
    });
}

/** Independent verdicts, at least one, until a cheat that each detects with this probability is caught. */
function verdictsToCatch(detected: number): number {
  return detected >= CAUGHT ? 1 : Math.log(1 - CAUGHT) / Math.log1p(-detected);
}

type Suspicion = (row: AttackRow) => number;

/** High when suspicious; a two-sided score is suspicious away from the middle of the calibration's. Null for direct schemes. */
function suspicionUnder(rows: readonly AttackRow[], scheme: string): Suspicion | null {
  if (!(scheme in rows[0]!.scores)) return null;
  if (!scheme.endsWith(" both")) return ({ scores }) => scores[scheme]!;
  const calibration = rows.filter(({ split }) => split === "calibration").map(({ scores }) => scores[scheme]!);
  const middle = median(calibration);
  return ({ scores }) => Math.abs(scores[scheme]! - middle);
}

function scoresByPrompt(rows: readonly AttackRow[], cheats: readonly AttackRow[], suspicion: Suspicion) {
  const honest = rows.filter(({ split, kind }) => split === "evaluation" && kind !== "cheat");
  const [honestBy, cheatsBy] = [honest, cheats].map((own) => Map.groupBy(own, ({ prompt }) => prompt));
  const numbers = new Set([...honestBy!.keys(), ...cheatsBy!.keys()]);
  return [...numbers].map((prompt) => ({
    honest: (honestBy!.get(prompt) ?? []).map(suspicion),
    cheated: (cheatsBy!.get(prompt) ?? []).map(suspicion),
  }));
}

/** The ROC curve of a scheme with a score; null for one that only accepts or rejects. */
export function rocOf(
  rows: readonly AttackRow[],
  sampling: string,
  strategy: string,
  scheme: string,
): RocPoint[] | null {
  const under = rows.filter((row) => row.sampling === sampling);
  const suspicion = suspicionUnder(under, scheme);
  const own = under.filter((row) => row.split === "evaluation" && row.strategy === strategy);
  return suspicion && curveOf(scoresByPrompt(under, own, suspicion));
}

function curveOf(prompts: ReturnType<typeof scoresByPrompt>): RocPoint[] {
  return rocCurve(
    prompts.flatMap(({ honest }) => honest),
    prompts.flatMap(({ cheated }) => cheated),
  );
}

/** A scheme that only accepts or rejects has one working point; guessing leads from there to the corners. */
function verdictCurve(falseRejectShare: number, detectedShare: number): RocPoint[] {
  return [
    { threshold: Number.POSITIVE_INFINITY, falseRejectShare: 0, detectedShare: 0 },
    { threshold: 1, falseRejectShare, detectedShare },
    { threshold: 0, falseRejectShare: 1, detectedShare: 1 },
  ];
}

export function detectionTable(rows: readonly DetectionSummary[]): TableOf<DetectionSummary> {
  return { file: "detection.csv", caption: "How well each scheme tells each cheat from honest work", columns, rows };
}

const columns: readonly Column<keyof DetectionSummary>[] = [
  textColumn("sampling", "how tokens were picked"),
  textColumn("strategy", "how the jobs were answered"),
  textColumn("kind", "always cheat: honest work is what it is held against"),
  textColumn("scheme", "verification scheme with its parameters"),
  numberColumn(
    "area",
    null,
    "area under the ROC curve: of a score; of its one working point for a scheme that only accepts or rejects",
  ),
  numberColumn("areaLow", null, "lower end of its 95 % interval, clustered by prompt; empty without a score"),
  numberColumn("areaHigh", null, "upper end"),
  numberColumn("partialArea", null, "area at no more than 0.5 % false rejects, rescaled: 0.5 is guessing, 1 perfect"),
  numberColumn("detected", null, "share of the cheat's outputs that are rejected"),
  numberColumn("detectedLow", null, "lower end of its 95 % interval"),
  numberColumn("detectedHigh", null, "upper end"),
  numberColumn("falseRejects", null, "share of honest outputs, all variations together, that are rejected"),
  numberColumn("falseRejectsHigh", null, "upper end of its 95 % interval"),
  numberColumn("prefillTokens", "tokens", "read by the verifier for a verdict, in one pass"),
  numberColumn(
    "separatePrefillTokens",
    "tokens",
    "read for a verdict if every check reads afresh, as in the prototype",
  ),
  numberColumn("decodeTokens", "tokens", "generated by the verifier for a verdict"),
  numberColumn(
    "tokensToCatch",
    "tokens",
    "read until the cheat is caught with 95 % probability, over independent jobs",
  ),
];
