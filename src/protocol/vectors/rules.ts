/** Every rule that has vectors, by name. */
import { chainRules } from "./chain-rules.ts";
import { modelRules } from "./model-rules.ts";
import { moneyRules } from "./money-rules.ts";
import { rasticRules } from "./rastic-rules.ts";
import type { VectorRule } from "./rule.ts";

const rules: readonly VectorRule[] = [...moneyRules, ...chainRules, ...rasticRules, ...modelRules];

export const vectorRules: ReadonlyMap<string, VectorRule> = new Map(rules.map((rule) => [rule.name, rule]));
