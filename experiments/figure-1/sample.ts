import type { Figure1Row } from "./rows.ts";
import type { Figure1Form } from "./settings.ts";

/** A machine in three numbers, in milliseconds. */
export interface Machine {
  readonly model: string;
  /** Of every call, whatever it does. */
  readonly overheadMs: number;
  readonly generateMsPerToken: number;
  readonly readMsPerToken: number;
}

const PROMPT_TOKENS = 16;

/** Passes over the whole text that a form makes, and how many times dearer its tokens are than bare reading. */
const passes: Record<Exclude<Figure1Form, "generate">, { count: number; factor: number }> = {
  "bare-prefill": { count: 1, factor: 1 },
  "one-pass": { count: 1, factor: 1.02 },
  "prefix-sharing": { count: 1, factor: 1.12 },
  "all-positions": { count: 1, factor: 1.4 },
  prototype: { count: 2.1, factor: 1 },
  concurrent: { count: 2.1, factor: 0.9 },
};

/** Rows as such a machine would give them, with a few percent of deterministic noise: repeat r of R is off by (r - R/2) %. */
export function madeUpRows(
  machines: readonly Machine[],
  { tokens = [1, 10, 25, 50, 75, 100, 250, 500, 1000], repeats = 7 } = {},
): Figure1Row[] {
  return machines.flatMap(({ model, overheadMs, generateMsPerToken, readMsPerToken }) =>
    tokens.flatMap((outputTokens) =>
      Array.from({ length: repeats }, (_, repeat) => {
        const noise = 1 + 0.01 * (((repeat * 3 + outputTokens) % repeats) - (repeats - 1) / 2);
        const row = (form: Figure1Form, ms: number, decodedTokens: number, checkedPositions: number): Figure1Row => ({
          model,
          form,
          outputTokens,
          promptTokens: PROMPT_TOKENS,
          repeat,
          wallMs: noise * ms,
          decodedTokens: Math.round(decodedTokens),
          checkedPositions,
          accepted: checkedPositions === 0 ? null : true,
        });
        const length = PROMPT_TOKENS + outputTokens;
        const generate = overheadMs + PROMPT_TOKENS * readMsPerToken + outputTokens * generateMsPerToken;
        return [
          row("generate", generate, length, 0),
          ...Object.entries(passes).map(([form, { count, factor }]) =>
            row(
              form as Figure1Form,
              overheadMs * Math.ceil(count) + count * factor * length * readMsPerToken,
              count * length,
              form === "all-positions" ? outputTokens : 3,
            ),
          ),
        ];
      }).flat(),
    ),
  );
}

/** About what a first probe of a small model on one core gave: 1061 ms to generate 1000 tokens, 350 to read them. */
export const smallModel: Machine = { model: "small", overheadMs: 1.5, generateMsPerToken: 1.05, readMsPerToken: 0.35 };
export const largerModel: Machine = { model: "larger", overheadMs: 4, generateMsPerToken: 24, readMsPerToken: 3 };

/** Draws without chance: a small linear congruential generator, started anew for each name. */
export function cyclingDraws(_name: string): { below(n: number): number } {
  let state = 1;
  return {
    below(n) {
      state = (state * 48_271) % 2_147_483_647;
      return state % n;
    },
  };
}
