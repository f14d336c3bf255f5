/** Whose outputs are verified by whom in a cross-hardware experiment. */

import type { Split } from "../attack/rows.ts";
import type { CrossMachine } from "./settings.ts";

/** Who generates and who verifies; thresholds come from the first machine's own outputs, verified on it. */
export function pairsOf(machines: readonly CrossMachine[], split: Split): (readonly [CrossMachine, CrossMachine])[] {
  if (split === "calibration") return [[machines[0]!, machines[0]!]];
  return machines.flatMap((generator) => machines.map((verifier) => [generator, verifier] as const));
}

/** As figures call it. */
export function pairLabel(generator: string, verifier: string): string {
  return generator === verifier ? `${generator} alone` : `${generator}, read by ${verifier}`;
}
