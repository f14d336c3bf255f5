/** Claims whose acceptance is known: enough of them for every figure and verdict of the attack experiments. */
import { standardSchemesByName } from "../../src/protocol/schemes/schemes.ts";
import type { AttackRow } from "./rows.ts";

const schemes = [...standardSchemesByName.values()];

export interface MadeUp extends Partial<Omit<AttackRow, "accept" | "scores">> {
  readonly strategy: string;
  readonly prompt: number;
  /** By every direct scheme. */
  readonly accepted?: number;
  /** By every statistic scheme. */
  readonly score?: number;
}

export function madeUpRow({ accepted = 1, score = 0, ...given }: MadeUp): AttackRow {
  const of = (kind: "direct" | "statistic", value: number) =>
    Object.fromEntries(schemes.filter((scheme) => scheme.kind === kind).map(({ name }) => [name, value]));
  return {
    sampling: "temperature 0.7",
    split: "evaluation",
    kind: "cheat",
    repeat: 0,
    promptTokens: 40,
    outputTokens: 64,
    ended: false,
    falseOnItsFace: false,
    consistent: 64,
    sameAsHonest: 64,
    firstAltered: null,
    consistentAfter: null,
    prefillTokens: 40,
    decodeTokens: 63,
    workMs: 3000,
    workJoules: 936,
    flipMargins: [],
    accept: of("direct", accepted),
    scores: of("statistic", score),
    ...given,
  };
}

const PROMPTS = 12;
const numbers = Array.from({ length: PROMPTS }, (_, i) => i);

/** An honest node and its flips, a cheat that never passes, one that half passes, a changed token, repetition; and calibration. */
export const madeUpRows: readonly AttackRow[] = [
  ...numbers.map((prompt) =>
    madeUpRow({
      strategy: "honest",
      kind: "honest-variation",
      split: "calibration",
      prompt: 100 + prompt,
      score: prompt / 10,
    }),
  ),
  ...numbers.map((prompt) =>
    madeUpRow({ strategy: "honest", kind: "honest-variation", prompt, score: 0.3 + prompt / 100 }),
  ),
  ...numbers.map((prompt) =>
    madeUpRow({
      strategy: "honest, flash attention",
      kind: "honest-variation",
      prompt,
      score: 0.3 + prompt / 50,
      accepted: prompt < 3 ? 0.97 : 1,
      ...(prompt < 3 ? { consistent: 63, flipMargins: [0.002 * (prompt + 1)] } : {}),
    }),
  ),
  ...numbers.map((prompt) =>
    madeUpRow({
      strategy: "truncation",
      prompt,
      accepted: 0,
      score: 0.5,
      consistent: 63,
      workMs: 900,
      outputTokens: 64,
    }),
  ),
  ...numbers.map((prompt) =>
    madeUpRow({
      strategy: "lazy, draft",
      prompt,
      accepted: prompt % 2 ? 0.4 : 0.2,
      score: 5,
      consistent: 40,
      workMs: 700,
    }),
  ),
  ...numbers.map((prompt) =>
    madeUpRow({
      strategy: "repetition",
      prompt,
      accepted: 0.8,
      score: 0.4,
      consistent: 60,
      firstAltered: 32,
      consistentAfter: 28,
      sameAsHonest: 32 + 8,
      workMs: 2000,
    }),
  ),
  ...numbers.map((prompt) =>
    madeUpRow({
      strategy: "one token changed",
      prompt,
      accepted: 1 - 3 / 64,
      score: 0.5,
      consistent: 53,
      firstAltered: 23,
      consistentAfter: 30,
    }),
  ),
];
