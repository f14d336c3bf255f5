import type { InferenceSetup } from "../../src/actors/strategies/runtime/model-pool.ts";
import { distilledF16, draftF16, openings, rootOf, targetF16, targetQ8 } from "./embedded-models.ts";

/** The embedded models by the names that strategies use. */
export const embeddedSetup: InferenceSetup = {
  models: {
    target: { path: targetF16, root: rootOf(targetF16) },
    draft: { path: draftF16, root: rootOf(draftF16) },
    distilled: { path: distilledF16, root: rootOf(distilledF16) },
    coarse: { path: targetQ8, root: rootOf(targetQ8) },
  },
  contextTokens: 320,
  sequences: 8,
  pool: openings.slice(100, 106),
};
