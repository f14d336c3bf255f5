/** The figures that runs of each kind draw: what `figures` in an experiment file may choose from. */
export const figureNames: Readonly<Record<string, readonly string[]>> = {
  "break-even": ["break-even-curve", "gain-over-honest", "honest-losses"],
  "cross-hardware": ["matrix", "flips", "margins-of-flips"],
  detection: ["cost-and-benefit", "areas", "roc-curves"],
  disputes: ["wrongness", "time-to-decision"],
  "false-accept": ["matrix", "against-published", "by-check-budget"],
  "false-reject": ["matrix", "flips", "margins-of-flips"],
  "figure-1": ["time-by-tokens", "ratio-by-tokens"],
  network: ["earnings-over-time", "fate-of-paid-jobs", "price-of-scheduling"],
  outsourced: ["acceptance-by-sybils", "cost-by-asked"],
  population: ["resting-share", "predicted-against-simulated"],
  "security-frontier": ["security-frontier", "cost-of-security"],
  "token-cost": ["cost-by-rate", "parts-of-cost"],
  "verification-cost": ["ratio-by-numerics", "share-of-limits", "time-by-claims"],
  "verifiers-dilemma": ["gain-of-laziness", "bribed-majority"],
  "where-it-fails": ["by-entropy", "by-position", "by-distance"],
};

/** Those that join runs of different hardware: an overview's, and no run's. */
export const byMachineFigureNames: readonly string[] = [
  "ratio-by-machine",
  "time-by-machine",
  "energy-by-machine",
  "cost-by-machine",
  "flips-by-machine",
  "rejects-by-machine",
];

/** Those of a run that varies settings, whatever its kind. */
export const gridFigureNames: readonly string[] = ["metrics-by-factor"];
