/**
 * RASTiC's three published readings as data: which positions are always checked, over which range the random ones are
 * drawn, and what is wrong with an output before any model is asked. Everything here is independent of the verifier's
 * randomness, so exact acceptance probabilities follow from it by counting.
 *
 * R = input ++ output (A + B tokens, counted from 0). A check at `sequenceIndex` i asks whether F(R[0..i-1]) = R[i].
 *
 * | variant    | continuity | integrity drawn from  | truncation, ended         | truncation, limit reached   |
 * |------------|------------|-----------------------|---------------------------|-----------------------------|
 * | whitepaper | i = A      | 2 <= i <= A+B-2       | i = A+B-1 (an end token)  | i = A+B-1                   |
 * | blog       | i = A      | A <= i <= A+B-1       | i = A+B-1 (an end token)  | one more drawn as integrity |
 * | prototype  | i = A      | A+1 <= i <= A+B-2     | i = A+B-1 (an end token)  | none: forced to pass        |
 *
 * Whitepaper 2.5.2 writes continuity as F(R[0:A]) = R[A+1]. Counting from one, R[A+1] is the first output token, and that
 * is how we read it; counting from zero it would be the second, and every honest output whose first two tokens differ
 * would fail. Its X may fall inside the input: that is kept, it is what this variant is measured for.
 */
import { ok, type Result } from "../result.ts";
import { type ClaimedOutput, checkClaimedOutput } from "./claimed-output.ts";

export type RasticVariant = "whitepaper" | "blog" | "prototype";
export const rasticVariants: readonly RasticVariant[] = ["whitepaper", "blog", "prototype"];

export type RasticCheckKind = "continuity" | "integrity" | "truncation";

/** One question to the reference model: is F(R[0..sequenceIndex-1]) the claimed token? */
export interface RasticCheck {
  readonly kind: RasticCheckKind;
  /** 0-based index into R = input ++ output. */
  readonly sequenceIndex: number;
  /** R[sequenceIndex]. */
  readonly claimedToken: number;
}

/** What shows an output false without asking a model: a real output ends at its end token or at the limit, nowhere else. */
export interface RasticViolation {
  readonly kind: "truncation";
  readonly code: "output-not-ended" | "output-over-limit" | "tokens-after-end";
  readonly message: string;
}

/** Indices first, first + 1, ..., end - 1; empty when end <= first. */
export interface IndexRange {
  readonly first: number;
  readonly end: number;
}

export interface RasticShape {
  readonly continuity: RasticCheck | null;
  readonly integrityRange: IndexRange;
  /** The check of the last token, where the variant has one for this output. */
  readonly truncation: RasticCheck | null;
  /** The blog's substitute for it at the token limit: one more index from `integrityRange`. */
  readonly extraRandomCheck: boolean;
  readonly violations: readonly RasticViolation[];
}

/** Rejections: those of `checkClaimedOutput`. */
export function rasticShape(variant: RasticVariant, output: ClaimedOutput): Result<RasticShape> {
  const checked = checkClaimedOutput(output);
  if (!checked.ok) return checked;
  const inputCount = output.inputTokens.length;
  const outputCount = output.outputTokens.length;
  const limitReached = outputCount >= output.tokenLimit;
  const at = (kind: RasticCheckKind, sequenceIndex: number): RasticCheck => checkAt(output, kind, sequenceIndex);
  return ok({
    continuity: outputCount > 0 ? at("continuity", inputCount) : null,
    integrityRange: integrityRange(variant, inputCount, outputCount),
    truncation:
      outputCount > 0 && (variant === "whitepaper" || !limitReached)
        ? at("truncation", inputCount + outputCount - 1)
        : null,
    extraRandomCheck: variant === "blog" && limitReached,
    violations: violationsOf(output, limitReached),
  });
}

/** The check of R[sequenceIndex]. */
export function checkAt(output: ClaimedOutput, kind: RasticCheckKind, sequenceIndex: number): RasticCheck {
  const { inputTokens, outputTokens } = output;
  const claimedToken =
    sequenceIndex < inputTokens.length
      ? inputTokens[sequenceIndex]!
      : outputTokens[sequenceIndex - inputTokens.length]!;
  return { kind, sequenceIndex, claimedToken };
}

function integrityRange(variant: RasticVariant, inputCount: number, outputCount: number): IndexRange {
  const length = inputCount + outputCount;
  switch (variant) {
    case "whitepaper":
      return { first: 2, end: length - 1 };
    case "blog":
      return { first: inputCount, end: length };
    case "prototype":
      return { first: inputCount + 1, end: length - 1 };
  }
}

function violationsOf(output: ClaimedOutput, limitReached: boolean): RasticViolation[] {
  const { outputTokens, endTokens, tokenLimit } = output;
  const firstEnd = outputTokens.findIndex((token) => endTokens.includes(token));
  const violations: RasticViolation[] = [];
  if (firstEnd < 0 && !limitReached)
    violations.push(
      violation(
        "output-not-ended",
        `${outputTokens.length} of at most ${tokenLimit} tokens and no end token: the text was cut off`,
      ),
    );
  if (firstEnd >= 0 && firstEnd < outputTokens.length - 1)
    violations.push(
      violation(
        "tokens-after-end",
        `output[${firstEnd}] is an end token, yet ${outputTokens.length} tokens are claimed`,
      ),
    );
  if (outputTokens.length > tokenLimit)
    violations.push(violation("output-over-limit", `${outputTokens.length} tokens, ${tokenLimit} were asked for`));
  return violations;
}

function violation(code: RasticViolation["code"], message: string): RasticViolation {
  return { kind: "truncation", code, message };
}
