/** Every rule that has vectors, by name. */
import { chainRules } from "./chain-rules.ts";
import { jobRules } from "./job-rules.ts";
import { messageRules } from "./message-rules.ts";
import { modelRules } from "./model-rules.ts";
import { moneyRules } from "./money-rules.ts";
import { rasticRules } from "./rastic-rules.ts";
import type { VectorRule } from "./rule.ts";
import { verificationRules } from "./verification-rules.ts";

const rules: readonly VectorRule[] = [
  ...moneyRules,
  ...chainRules,
  ...rasticRules,
  ...modelRules,
  ...jobRules,
  ...verificationRules,
  ...messageRules,
];

export const vectorRules: ReadonlyMap<string, VectorRule> = new Map(rules.map((rule) => [rule.name, rule]));
