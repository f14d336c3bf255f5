import type { CostRow } from "./rows.ts";

/** A machine and a model in round numbers. */
export interface MadeUp {
  readonly model: string;
  readonly numerics: readonly Pick<CostRow, "flashAttention" | "kvCacheType" | "threads">[];
  /** One generation step at the start, in the middle and at the end of the output. */
  readonly decodeMs: readonly [number, number, number];
  readonly prefillMs: number;
  readonly verifyMs: number;
}

const repeats = 7;

/** Rows as such a machine would give them; repeat r of 7 is off by (r - 3) %. Limits: 100 GFLOP/s, 10 GB/s, 0.2 ms a call. */
export function madeUpCosts(subjects: readonly MadeUp[]): CostRow[] {
  const rows: CostRow[] = [];
  const noise = (repeat: number) => 1 + 0.01 * (repeat - 3);
  const base = { weightFormat: "F16", promptTokens: 16, claims: 1, matrixOperations: 0, attentionOperations: 0 };
  const everyThreads = [...new Set(subjects.flatMap(({ numerics }) => numerics.map(({ threads }) => threads)))];
  for (let repeat = 0; repeat < repeats; repeat++) {
    for (const threads of everyThreads) {
      const limit = {
        ...base,
        model: "random-wide-f16",
        flashAttention: false,
        kvCacheType: "F16" as const,
        threads,
        repeat,
      };
      const none = { promptTokens: 0, outputTokens: 0, bytesRead: null };
      // The fastest repeat is the limit: here the first one.
      const slower = 1 + 0.01 * repeat;
      rows.push(
        { ...limit, ...none, measure: "limit-matrix", wallMs: 100 * slower, fedTokens: 128, matrixOperations: 1e10 },
        { ...limit, ...none, measure: "limit-stream", wallMs: 100 * slower, fedTokens: 6, bytesRead: 1e9 },
        { ...limit, ...none, model: "random-tiny-f16", measure: "limit-call", wallMs: 6.4 * slower, fedTokens: 32 },
      );
    }
    for (const { model, numerics, decodeMs, prefillMs, verifyMs } of subjects)
      for (const [i, choice] of numerics.entries()) {
        const common = { ...base, ...choice, model, repeat };
        const ms = (value: number) => value * noise(repeat) * (1 + 0.2 * i); // later numerics are slower throughout
        const work = { fedTokens: 1015, matrixOperations: 9e9, attentionOperations: 1e9, bytesRead: null };
        rows.push({ ...common, measure: "prefill", outputTokens: 1000, wallMs: ms(prefillMs), ...work });
        rows.push({ ...common, measure: "verify", outputTokens: 1000, wallMs: ms(verifyMs) * (1 + 0.1 * i), ...work });
        for (const [d, outputTokens] of [0, 499, 999].entries())
          rows.push({
            ...common,
            measure: "decode",
            outputTokens,
            wallMs: 16 * ms(decodeMs[d]!),
            fedTokens: 16,
            bytesRead: 16 * 5e6,
          });
        if (i === 0)
          for (const claims of [1, 2, 4])
            rows.push({
              ...common,
              measure: "verify",
              outputTokens: 25,
              claims,
              wallMs: ms(4 + 6 * claims), // 10, 8 and 7 ms a claim
              fedTokens: 40 * claims,
              bytesRead: null,
            });
      }
  }
  return rows;
}

const plain = { flashAttention: false, kvCacheType: "F16", threads: 1 } as const;
export const small: MadeUp = {
  model: "small",
  numerics: [plain, { flashAttention: true, kvCacheType: "Q8_0", threads: 2 }],
  decodeMs: [1, 1.1, 1.2],
  prefillMs: 300,
  verifyMs: 310,
};
export const large: MadeUp = {
  model: "large",
  numerics: [plain],
  decodeMs: [30, 30, 30],
  prefillMs: 2000,
  verifyMs: 2000,
};

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
