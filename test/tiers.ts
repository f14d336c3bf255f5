/**
 * The three tiers of the suite. `unit` is what stands in no list below: no model, no process, no browser, in under a minute.
 * `models` opens llama.cpp with the embedded models, in its own process. `system` is everything together: the command line,
 * faults, processes, browser, documents, reference runs. `long` cannot fit into the ten minutes of `npm test`.
 */
export const models = [
  "test/actors/strategies/{strategies,transcript-source}.test.ts",
  "test/inference/{backend,calibrate,completion-file,generate,neighbours,recompute-together,score,speculative}.test.ts",
  "test/inference/{transcript-generation,vocabulary,sampling/inverse-cdf}.test.ts",
  "test/inference/gguf/synthesize.test.ts",
  "test/inference/{native,other-machines,probe}/**/*.test.ts",
];

/** Whole worlds, statistics by simulation, every figure: no model and no process, but seconds each. */
const simulations = [
  "test/actors/{determinism,outages,world}.test.ts",
  "test/experiments/{every-comparison,every-figure,attack/analyse,economics/analyse,network/rule-changes}.test.ts",
  "test/lab/{compare/judge,experiment/factors,playback/recording,results/redraw-run,results/write-run}.test.ts",
  "test/protocol/{messages/message,schemes/drawn-checks}.test.ts",
];

export const system = [
  ...simulations,
  "test/cli/**/*.test.ts",
  "test/docs/documentation-runs.test.ts",
  "test/experiments/{attack/attack,cross-hardware/cross-hardware,disputes/disputes,figure-1/run-together}.test.ts",
  "test/experiments/{network/determinism,network/network,network/outages,outsourced/outsourced}.test.ts",
  "test/experiments/{population/population,reference-runs,attack/reference,verification-cost/experiment}.test.ts",
  "test/lab/{compare/page,experiment/grid/grid,overview/page,overview/reproduce,report/report,watch/page}.test.ts",
  "test/lab/{results/figure-set,runner/run-experiment,runner/sweep}.test.ts",
  "test/lab/faults/**/*.test.ts",
  "test/notebooks/**/*.test.ts",
  "test/scripts/**/*.test.ts",
];

/** Of `system`, what never opens a model: `npm run test:kernels` leaves it out. */
export const systemWithoutModels = [
  ...simulations,
  "test/experiments/{reference-runs,attack/reference}.test.ts",
  "test/lab/{compare,overview,report,watch}/page.test.ts",
  "test/notebooks/**/*.test.ts",
];

export const long = ["test/**/*.long.test.ts"];
