/**
 * P(the client accepts) an output that neighbours verify, exactly: over the positions drawn and the verifiers drawn, by counting.
 *
 * Verifiers of one kind all say the same about a position, so the verdict there depends on how many of the m asked are Sybil identities:
 * hypergeometric, S of N. Each planned check asks m verifiers anew, so checks are independent given their positions; d different positions
 * of a range are drawn, every set equally likely, so the mean of the product over them is e_d / C(n, d) (elementary symmetric polynomial).
 */

import type { VerifierBehavior } from "../../src/actors/behaviors/verifiers.ts";
import type { OutputRecord } from "../../src/actors/output-provider.ts";
import { type RasticVariant, rasticShape } from "../../src/protocol/rastic/variants.ts";
import type { RuleSet } from "../../src/protocol/revisions.ts";
import { verificationRequest } from "../../src/protocol/verification/request.ts";
import { logHypergeometric } from "../../src/statistics/hypergeometric.ts";

export interface VerifierPanel {
  readonly identities: number;
  readonly sybils: number;
  readonly asked: number;
  readonly behavior: VerifierBehavior;
  /** Kind of compute node whose claim is verified; colluding Sybils are its. */
  readonly nodeKind: string;
}

export interface PanelOutput {
  readonly record: OutputRecord;
  readonly tokenLimit: number;
  readonly seed: number;
}

/** Refuses nothing: a claim that is false on its face has probability 0. */
export function outsourcedAcceptance(
  output: PanelOutput,
  panel: VerifierPanel,
  rules: RuleSet,
  variant: RasticVariant,
  checkBudget: number,
): number {
  const { promptTokens, outputTokens, endTokens } = output.record;
  const rastic = { inputTokens: promptTokens, outputTokens, endTokens, tokenLimit: output.tokenLimit };
  const shaped = rasticShape(variant, rastic);
  if (!shaped.ok) throw new Error(shaped.rejection.message);
  const { continuity, truncation, integrityRange, extraRandomCheck, violations } = shaped.value;
  if (violations.length > 0) return 0;
  const passes = (sequenceIndex: number): number => passesAt(sequenceIndex, output, panel, rules);
  let probability = 1;
  for (const fixed of [continuity, truncation]) if (fixed !== null) probability *= passes(fixed.sequenceIndex);
  const range = Math.max(0, integrityRange.end - integrityRange.first);
  const drawn = Math.min(range, checkBudget + (extraRandomCheck ? 1 : 0));
  const each = Array.from({ length: range }, (_, i) => passes(integrityRange.first + i));
  return probability * meanProduct(each, drawn);
}

/** P(the majority at this position does not speak against the claim); a tie is undecided and speaks against nothing. */
function passesAt(sequenceIndex: number, output: PanelOutput, panel: VerifierPanel, rules: RuleSet): number {
  const { record, tokenLimit, seed } = output;
  const { promptTokens, outputTokens, referenceTokens, endTokens, vocabularySize } = record;
  const claimedToken = outputTokens[sequenceIndex - promptTokens.length]!;
  const referenceToken = referenceTokens[sequenceIndex - promptTokens.length]!;
  const rastic = { inputTokens: promptTokens, outputTokens, endTokens, tokenLimit };
  const request = verificationRequest(rules, "", seed, rastic, sequenceIndex);
  if (!request.ok) throw new Error(request.rejection.message);
  const asked = {
    request: request.value,
    nodeKind: panel.nodeKind,
    vocabularySize,
    claimedToken,
    referenceToken: () => referenceToken,
  };
  const sybilAgrees = panel.behavior.answer(asked, panel.nodeKind).token === claimedToken;
  const honestAgrees = referenceToken === claimedToken;
  const draw = { total: panel.identities, marked: panel.sybils, draws: panel.asked };
  let probability = 0;
  for (let sybils = 0; sybils <= panel.asked; sybils++) {
    const agreeing = (sybilAgrees ? sybils : 0) + (honestAgrees ? panel.asked - sybils : 0);
    if (2 * agreeing >= panel.asked) probability += Math.exp(logHypergeometric(sybils, draw));
  }
  return Math.min(1, probability);
}

/** Mean of the product of `drawn` different ones of these values, every set equally likely. */
export function meanProduct(values: readonly number[], drawn: number): number {
  // means[d]: the mean over sets of d among the values seen so far. Adding the n-th value, a set of d holds it with probability d / n.
  const means = [1, ...Array.from({ length: drawn }, () => 0)];
  for (const [i, value] of values.entries()) {
    const n = i + 1;
    for (let d = Math.min(drawn, n); d >= 1; d--) {
      const without = d <= i ? means[d]! : 0;
      means[d] = ((n - d) / n) * without + (d / n) * means[d - 1]! * value;
    }
  }
  return means[drawn]!;
}
