/**
 * Runs a file of golden vectors, ours or foreign. The format is described for other implementers in test/vectors/README.md.
 */
import { z } from "zod";
import { firstDifference, type Json } from "../json.ts";
import { parameters, presetNames } from "../parameters.ts";
import { err, ok, type Result } from "../result.ts";
import { revisions } from "../revisions.ts";
import type { VectorRule } from "./rule.ts";
import { vectorRules } from "./rules.ts";

export const vectorFormat = "camelid-vectors/1";

const json: z.ZodType<Json> = z.json();
const vectorCase = z.strictObject({
  name: z.string().min(1),
  pre: json,
  operation: json,
  /** Absent: the operation must be refused with `code`. */
  post: json.optional(),
  code: z.string().min(1).optional(),
});
const vectorFile = z.strictObject({
  format: z.literal(vectorFormat),
  rule: z.string(),
  revision: z.enum(revisions),
  preset: z.enum(presetNames),
  about: z.string(),
  cases: z.array(vectorCase).min(1),
});
export type VectorCase = z.infer<typeof vectorCase>;
export type VectorFile = z.infer<typeof vectorFile>;

export interface VectorResult {
  readonly name: string;
  readonly passed: boolean;
  /** What went wrong, in one line; empty when the case passed. */
  readonly problem: string;
}

/**
 * `content` is the text of one file; there is one result per case, in order.
 *
 * Rejections: vector-file-not-json, vector-file-malformed (says where), vector-rule-unknown.
 */
export function checkVectors(content: string): Result<VectorResult[]> {
  let parsed: unknown;
  try {
    parsed = JSON.parse(content);
  } catch (fault) {
    return err("vector-file-not-json", (fault as Error).message);
  }
  const form = vectorFile.safeParse(parsed);
  if (!form.success) {
    const { path, message } = form.error.issues[0]!;
    return err("vector-file-malformed", `${path.length > 0 ? path.map(String).join(".") : "the file"}: ${message}`);
  }
  const file = form.data;
  const rule = vectorRules.get(file.rule);
  if (rule === undefined)
    return err("vector-rule-unknown", `rule "${file.rule}": expected one of ${[...vectorRules.keys()].join(", ")}`);
  return ok(file.cases.map((one) => ({ name: one.name, ...checkCase(rule, file, one) })));
}

function checkCase(rule: VectorRule, file: VectorFile, one: VectorCase): Omit<VectorResult, "name"> {
  const failed = (problem: string) => ({ passed: false, problem });
  if ((one.post === undefined) === (one.code === undefined))
    return failed("a case has either `post` (must be accepted) or `code` (must be refused)");
  const context = { revision: file.revision, parameters: parameters(file.preset) };
  const result = rule.apply(context, one.pre, one.operation);
  if (!result.ok && result.rejection.code === "vector-malformed") return failed(result.rejection.message);
  if (one.post === undefined) {
    if (result.ok) return failed(`accepted, expected rejection ${one.code}`);
    const { code, message } = result.rejection;
    return code === one.code
      ? { passed: true, problem: "" }
      : failed(`refused with ${code} (${message}), expected ${one.code}`);
  }
  if (!result.ok)
    return failed(`refused with ${result.rejection.code} (${result.rejection.message}), expected acceptance`);
  const difference = firstDifference(result.value, one.post);
  return difference === null ? { passed: true, problem: "" } : failed(`post differs first at ${difference}`);
}
