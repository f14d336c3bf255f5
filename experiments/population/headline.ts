import { inWords } from "../../src/lab/claims/verdict.ts";
import { disagreements } from "./disagreement.ts";
import type { PopulationRow } from "./rows.ts";

/** More cheats than exploration alone keeps alive. */
const HELD = 0.05;

/** The few numbers that matter: how many points of the grid cheats hold, and how far simulations lie from the mean field. */
export function populationHeadline(rows: readonly PopulationRow[]): string[] {
  const grid = rows.filter(({ about }) => about === "grid");
  const bySchemes = [...Map.groupBy(grid, ({ scheme }) => scheme)].map(([scheme, own]) => {
    const held = own.filter(({ cheatShare }) => cheatShare! > HELD).length;
    return `${scheme}: cheats hold more than ${100 * HELD} % of the nodes at ${held} of ${own.length} points of stake, share and false rejects`;
  });
  const checks = disagreements(rows).map(
    ({ scheme, stakeRatio, verifiedShare, strategy, predicted, simulated }) =>
      `simulated at stake ${inWords(stakeRatio)}, ${inWords(100 * verifiedShare)} % verified, ${scheme}: ${strategy} earns ${inWords(simulated.value)} ` +
      `[${inWords(simulated.low)} to ${inWords(simulated.high)}] rewards per node and hour, predicted ${inWords(predicted)}`,
  );
  return [...bySchemes, ...checks];
}
