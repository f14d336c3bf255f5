/** Vectors of RASTiC: `rastic-plan` (which positions are checked) and `rastic-judge` (the verdict from given evidence). */
import { z } from "zod";
import type { Json } from "../json.ts";
import { judgeRastic } from "../rastic/judge.ts";
import { planRastic, type RasticPlan } from "../rastic/plan.ts";
import { rasticVariants } from "../rastic/variants.ts";
import { ok, type Result } from "../result.ts";
import { bytes } from "./forms.ts";
import { vectorRule } from "./rule.ts";

/** Any numbers: what is no token must be refused by the rule. */
export const claimedOutputForm = z.strictObject({
  inputTokens: z.array(z.number()),
  outputTokens: z.array(z.number()),
  endTokens: z.array(z.number()),
  tokenLimit: z.number(),
});
const plan = z.strictObject({
  variant: z.enum(rasticVariants as ["blog"]),
  checkBudget: z.number(),
  claim: claimedOutputForm,
  randomness: bytes(),
});
const judge = plan.extend({ evidence: z.array(z.tuple([z.number(), z.number()])) });

export const rasticRules = [
  vectorRule("rastic-plan", z.null(), plan, (_, __, asked) => {
    const planned = plannedFor(asked);
    return planned.ok ? ok(planned.value as unknown as Json) : planned;
  }),
  vectorRule("rastic-judge", z.null(), judge, (_, __, { evidence, ...asked }) => {
    const planned = plannedFor(asked);
    if (!planned.ok) return planned;
    const judged = judgeRastic(planned.value, new Map(evidence));
    return judged.ok ? ok(judged.value as unknown as Json) : judged;
  }),
];

function plannedFor({ variant, checkBudget, claim, randomness }: z.infer<typeof plan>): Result<RasticPlan> {
  return planRastic(variant, checkBudget, claim, randomness);
}
