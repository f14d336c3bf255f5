/** Every rule that has vectors, by name. */
import { modelRules } from "./model-rules.ts";
import { rasticRules } from "./rastic-rules.ts";
import type { VectorRule } from "./rule.ts";

const rules: readonly VectorRule[] = [...rasticRules, ...modelRules];

export const vectorRules: ReadonlyMap<string, VectorRule> = new Map(rules.map((rule) => [rule.name, rule]));
