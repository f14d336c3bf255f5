/** One verification by RASTiC, as arithmetic on a transcript: what is checked, the model's token there, what it costs to evaluate. */

import { nonceHash, verificationRandomness } from "../protocol/jobs/index-derivation.ts";
import type { JobRules } from "../protocol/jobs/job-rules.ts";
import type { Evidence } from "../protocol/jobs/operations.ts";
import type { ClaimedOutput } from "../protocol/rastic/claimed-output.ts";
import { judgeRastic } from "../protocol/rastic/judge.ts";
import { planRastic, type RasticPlan } from "../protocol/rastic/plan.ts";
import { unwrap } from "../protocol/result.ts";
import type { Assignment, JobRun } from "./job-run.ts";
import type { OutputRecord } from "./output-provider.ts";

export function claimedOutput(run: JobRun, record: OutputRecord): ClaimedOutput {
  const { promptTokens, outputTokens, endTokens } = record;
  return { inputTokens: promptTokens, outputTokens, endTokens, tokenLimit: run.job.tokenLimit };
}

/** The positions that commitment and nonce give; the nonce is the job's unless given. */
export function planOf(
  run: JobRun,
  { record, commitmentHash }: Assignment,
  { rules, parameters }: JobRules,
  nonce: Uint8Array = run.nonce,
): RasticPlan {
  const randomness = unwrap(verificationRandomness(rules, commitmentHash!, nonce, nonceHash(nonce)));
  return unwrap(planRastic(rules.rastic, parameters.checkBudget, claimedOutput(run, record!), randomness));
}

/** The reference model's token at each planned position. */
export function evidenceFor(plan: RasticPlan, run: JobRun, record: OutputRecord): Evidence[] {
  return plan.checks.map(({ sequenceIndex }) => [sequenceIndex, referenceToken(run, record, sequenceIndex)]);
}

export function accepts(plan: RasticPlan, evidence: readonly Evidence[]): boolean {
  return unwrap(judgeRastic(plan, new Map(evidence))).verdict === "accepted";
}

/** Tokens read by a verifier that evaluates all positions in one pass: up to the last token before the last checked one. */
export function readTokens(plan: RasticPlan): number {
  return plan.checks.reduce((most, { sequenceIndex }) => Math.max(most, sequenceIndex), 0);
}

export function referenceToken(run: JobRun, record: OutputRecord, sequenceIndex: number): number {
  const inputTokens = record.promptTokens.length;
  const token =
    sequenceIndex < inputTokens
      ? record.promptReferenceTokens?.[sequenceIndex - 1]
      : record.referenceTokens[sequenceIndex - inputTokens];
  if (token === undefined)
    throw new RangeError(`prompt ${run.prompt.number}: no reference token at sequence index ${sequenceIndex}`);
  return token;
}
