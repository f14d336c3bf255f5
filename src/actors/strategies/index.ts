/** Every way to answer a job. To add one: a file like its neighbours, a line here, a story in test/actors/strategies. */
import { z } from "zod";
import type { Json } from "../../inference/transcript-json.ts";
import { endTokenSteering } from "./end-token-steering.ts";
import { honest } from "./honest.ts";
import { honestPrefix } from "./honest-prefix.ts";
import { lazyDraft } from "./lazy-draft.ts";
import { lazyDraftHonestEndpoints } from "./lazy-draft-honest-endpoints.ts";
import { lazyNGram } from "./lazy-n-gram.ts";
import { lowPrecisionCache } from "./low-precision-cache.ts";
import { mixedStrategy } from "./mixed-strategy.ts";
import { nearTieSubstitution } from "./near-tie-substitution.ts";
import { quantised } from "./quantised.ts";
import { repetition } from "./repetition.ts";
import { replay } from "./replay.ts";
import { type Strategy, StrategyError } from "./runtime/strategy.ts";
import { seedGrinding } from "./seed-grinding.ts";
import { singleTokenSubstitution } from "./single-token-substitution.ts";
import { speculative } from "./speculative.ts";
import { truncation } from "./truncation.ts";
import { unrelated } from "./unrelated.ts";

/** Those that stand on their own. */
const plain: readonly Strategy[] = [
  honest,
  speculative,
  unrelated,
  replay,
  truncation,
  endTokenSteering,
  repetition,
  lazyNGram,
  lazyDraft,
  lazyDraftHonestEndpoints,
  honestPrefix,
  quantised,
  lowPrecisionCache,
  singleTokenSubstitution,
  nearTieSubstitution,
  seedGrinding,
];

export const strategies: readonly Strategy[] = [...plain, mixedStrategy((choice) => chooseFrom(plain, choice))];

/** A strategy as a request or an experiment file names it. */
export interface StrategyChoice {
  readonly name: string;
  readonly parameters?: Json;
}

interface ChosenStrategy {
  readonly strategy: Strategy;
  /** As given, with what was left out filled in. */
  readonly parameters: Json;
}

/** Throws StrategyError `unknown-strategy` or `bad-parameters`, naming what was expected. */
export function chooseStrategy(choice: StrategyChoice): ChosenStrategy {
  return chooseFrom(strategies, choice);
}

function chooseFrom(strategies: readonly Strategy[], { name, parameters = {} }: StrategyChoice): ChosenStrategy {
  const strategy = strategies.find((each) => each.name === name || each.recordedName === name);
  if (strategy === undefined)
    throw new StrategyError(
      "unknown-strategy",
      `strategy '${name}': expected one of ${strategies.map((each) => each.name).join(", ")}`,
    );
  const parsed = strategy.parameters.safeParse(parameters);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const place = ["parameters", ...issue!.path].join(".");
    throw new StrategyError("bad-parameters", `strategy '${name}': ${place}: ${issue!.message}`);
  }
  return { strategy, parameters: z.json().parse(parsed.data) as Json };
}
