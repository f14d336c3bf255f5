import { type Hardware, joules } from "../../src/actors/hardware-profile.ts";
import { modelUs } from "../../src/actors/relative-cost.ts";
import type { StandardStrategy } from "../../src/actors/strategies/standard.ts";
import type { Transcript } from "../../src/inference/transcript.ts";
import { rounded } from "../../src/lab/format.ts";
import { type Result, unwrap } from "../../src/protocol/result.ts";
import { failsStaticChecks } from "../../src/protocol/schemes/every-position.ts";
import type { Scheme } from "../../src/protocol/schemes/scheme.ts";
import { isConsistent, type ScoredOutput } from "../../src/protocol/schemes/scored-output.ts";
import { statisticScore } from "../../src/protocol/schemes/statistic-score.ts";
import type { AttackRow, Split } from "./rows.ts";

export interface EvaluatedOutput {
  readonly sampling: string;
  readonly split: Split;
  readonly strategy: StandardStrategy;
  readonly prompt: number;
  readonly repeat: number;
  readonly transcript: Transcript;
  /** What an honest node delivered for the same job. */
  readonly honest: Transcript | undefined;
}

/** A claim under every one of the schemes. */
export function attackRow(output: EvaluatedOutput, hardware: Hardware, schemes: readonly Scheme[]): AttackRow {
  const { strategy, transcript, honest, sampling, split, prompt, repeat } = output;
  const { outputTokens, endTokens, identity, work, alteredPositions } = transcript;
  const busyUs = modelUs(work, hardware);
  const watts = joules(busyUs, hardware);
  const firstAltered = alteredPositions[0] ?? null;
  const sum = (of: "prefillTokens" | "decodeTokens") => work.reduce((total, each) => total + each[of], 0);
  return {
    sampling,
    split,
    strategy: strategy.label,
    kind: strategy.kind,
    prompt,
    repeat,
    promptTokens: identity.job.promptTokens.length,
    outputTokens: outputTokens.length,
    ended: endTokens.includes(outputTokens.at(-1)!),
    falseOnItsFace: unwrap(failsStaticChecks(transcript)),
    consistent: consistentFrom(transcript, 0),
    sameAsHonest: honest ? outputTokens.filter((token, i) => token === honest.outputTokens[i]).length : null,
    firstAltered,
    consistentAfter: firstAltered === null ? null : consistentFrom(transcript, firstAltered + 1),
    prefillTokens: sum("prefillTokens"),
    decodeTokens: sum("decodeTokens"),
    workMs: sixDigits(busyUs / 1000),
    workJoules: watts === null ? null : sixDigits(watts),
    flipMargins: strategy.kind === "cheat" ? [] : flipMargins(transcript),
    accept: Object.fromEntries(
      schemes.flatMap((scheme) =>
        scheme.kind === "direct"
          ? [[scheme.name, orMissing(scheme.judge(transcript), ({ probability }) => probability)]]
          : [],
      ),
    ),
    scores: Object.fromEntries(
      schemes.flatMap((scheme) =>
        scheme.kind === "statistic"
          ? [[scheme.name, orMissing(statisticScore(scheme, transcript), (score) => score)]]
          : [],
      ),
    ),
  };
}

function consistentFrom(output: ScoredOutput, first: number): number {
  let count = 0;
  for (let i = first; i < output.outputTokens.length; i++) if (isConsistent(output, i)) count++;
  return count;
}

/** Finite ones only: under `inverse-cdf` there are none. */
function flipMargins(output: ScoredOutput): number[] {
  return Array.from(output.evidence.margins)
    .filter((margin, i) => !isConsistent(output, i) && Number.isFinite(margin))
    .map(sixDigits);
}

/** Null where the evidence lacks what the scheme needs; any other rejection is a fault of ours. */
function orMissing<Value>(result: Result<Value>, of: (value: Value) => number): number | null {
  if (!result.ok && result.rejection.code === "scheme-evidence-missing") return null;
  return sixDigits(of(unwrap(result)));
}

function sixDigits(value: number): number {
  return rounded(value, 6);
}
