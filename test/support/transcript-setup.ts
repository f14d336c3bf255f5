import type { InferenceSetup } from "../../src/actors/strategies/workshop/models.ts";
import { distilledF16, draftF16, openings, targetF16, targetQ8 } from "./embedded-models.ts";

/** The embedded models by the names that strategies use. Roots as in models/manifest.json would do; tests need only names. */
export const embeddedSetup: InferenceSetup = {
  models: {
    target: { path: targetF16, root: "target f16" },
    draft: { path: draftF16, root: "draft f16" },
    distilled: { path: distilledF16, root: "distilled f16" },
    coarse: { path: targetQ8, root: "target q8_0" },
  },
  contextTokens: 320,
  sequences: 8,
  pool: openings.slice(100, 106),
};
