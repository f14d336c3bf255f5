/** Which jobs a cross-hardware experiment poses, and whose outputs are verified by whom. */
import type { CrossHardwareSettings, CrossMachine } from "../../experiment-file-cross-hardware.ts";
import type { Split } from "../../figures/attack/measurement.ts";
import type { Cell } from "../../runner/cells.ts";

export interface CrossCell {
  readonly sampling: number;
  readonly split: Split;
  /** Numbers of prompts, from 0. */
  readonly prompts: readonly number[];
}

const PROMPTS_PER_CELL = 10;

export function crossCells({ samplings, prompts }: CrossHardwareSettings): Cell<CrossCell>[] {
  const { evaluation, calibration } = prompts;
  return samplings.flatMap(({ name }, sampling) =>
    (["calibration", "evaluation"] as const).flatMap((split) => {
      const [first, count] = split === "evaluation" ? [0, evaluation] : [evaluation, calibration];
      return Array.from({ length: Math.ceil(count / PROMPTS_PER_CELL) }, (_, piece) => {
        const start = first + piece * PROMPTS_PER_CELL;
        const length = Math.min(PROMPTS_PER_CELL, first + count - start);
        const numbers = Array.from({ length }, (_, i) => start + i);
        return {
          key: `${name}, ${split}, prompts ${start + 1} to ${start + length}`,
          input: { sampling, split, prompts: numbers },
        };
      });
    }),
  );
}

/** Who generates and who verifies; thresholds come from the first machine's own outputs, verified on it. */
export function pairsOf(machines: readonly CrossMachine[], split: Split): (readonly [CrossMachine, CrossMachine])[] {
  if (split === "calibration") return [[machines[0]!, machines[0]!]];
  return machines.flatMap((generator) => machines.map((verifier) => [generator, verifier] as const));
}

/** As figures call it. */
export function pairLabel(generator: string, verifier: string): string {
  return generator === verifier ? `${generator} alone` : `${generator}, read by ${verifier}`;
}
