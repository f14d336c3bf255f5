/**
 * What runs take, for an estimate where nothing of an experiment was timed yet: as `camelid reproduce --preset quick` took it on two cores of
 * an AMD EPYC server, models and all, with nothing stored. Cells of other presets are of other sizes, so this says no more than the order of magnitude.
 * Experiments that share a store with others were the later ones to look into it; here they are given what the first one took.
 */
export interface ExpectedCost {
  /** Of one worker for one cell; of a kind that measures times, for one measurement. */
  readonly secondsPerCell: number;
  /** Rows, and files of the cell's own. */
  readonly bytesPerCell: number;
  /** Figures, page and manifest. */
  readonly bytesOnce: number;
}

export const EXPECTED_ON = "what the quick presets took on two cores of a server: a rough guide";

const outputsOfAttacks = 12;
const byKind: Readonly<Record<string, ExpectedCost>> = {
  "break-even": { secondsPerCell: outputsOfAttacks, bytesPerCell: 380_000, bytesOnce: 2_300_000 },
  "cross-hardware": { secondsPerCell: 3.6, bytesPerCell: 9_000, bytesOnce: 2_100_000 },
  detection: { secondsPerCell: outputsOfAttacks, bytesPerCell: 30_000, bytesOnce: 3_800_000 },
  disputes: { secondsPerCell: 0.6, bytesPerCell: 3_600, bytesOnce: 1_800_000 },
  "false-accept": { secondsPerCell: outputsOfAttacks, bytesPerCell: 24_000, bytesOnce: 3_700_000 },
  "false-reject": { secondsPerCell: 3.6, bytesPerCell: 9_000, bytesOnce: 2_100_000 },
  "figure-1": { secondsPerCell: 0.17, bytesPerCell: 67, bytesOnce: 1_800_000 },
  network: { secondsPerCell: 1.6, bytesPerCell: 92_000, bytesOnce: 2_300_000 },
  outsourced: { secondsPerCell: 1.7, bytesPerCell: 1_300, bytesOnce: 1_900_000 },
  population: { secondsPerCell: 5, bytesPerCell: 8_400, bytesOnce: 1_600_000 },
  "security-frontier": { secondsPerCell: outputsOfAttacks, bytesPerCell: 12_000, bytesOnce: 1_800_000 },
  "token-cost": { secondsPerCell: 0.1, bytesPerCell: 480_000, bytesOnce: 1_500_000 },
  "verification-cost": { secondsPerCell: 0.36, bytesPerCell: 100, bytesOnce: 1_700_000 },
  "verifiers-dilemma": { secondsPerCell: outputsOfAttacks, bytesPerCell: 7_000, bytesOnce: 1_700_000 },
  "where-it-fails": { secondsPerCell: outputsOfAttacks, bytesPerCell: 160_000, bytesOnce: 2_400_000 },
};

/** In the middle of them. */
const ofOthers: ExpectedCost = { secondsPerCell: 2, bytesPerCell: 10_000, bytesOnce: 2_000_000 };

export function expectedCost(kind: string): ExpectedCost {
  return Object.hasOwn(byKind, kind) ? byKind[kind]! : ofOthers;
}
