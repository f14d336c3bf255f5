/**
 * A rule that golden vectors exercise: what its state and operation look like in JSON, and the transition itself.
 *
 * Rules that need no state take `pre` as null. `run` may be handed anything that matches the two schemas.
 */
import type { z } from "zod";
import type { Json } from "../json.ts";
import type { Parameters } from "../parameters.ts";
import { err, type Result } from "../result.ts";
import type { Revision } from "../revisions.ts";

export interface VectorContext {
  readonly revision: Revision;
  readonly parameters: Parameters;
}

export interface VectorRule {
  readonly name: string;
  /** Rejection `vector-malformed` when `pre` or `operation` do not have this rule's form, else the rule's own outcome. */
  readonly apply: (context: VectorContext, pre: Json, operation: Json) => Result<Json>;
}

export function vectorRule<Pre, Operation>(
  name: string,
  preForm: z.ZodType<Pre>,
  operationForm: z.ZodType<Operation>,
  run: (context: VectorContext, pre: Pre, operation: Operation) => Result<Json>,
): VectorRule {
  return {
    name,
    apply(context, pre, operation) {
      const parsedPre = preForm.safeParse(pre);
      if (!parsedPre.success) return malformed("pre", parsedPre.error);
      const parsedOperation = operationForm.safeParse(operation);
      if (!parsedOperation.success) return malformed("operation", parsedOperation.error);
      return run(context, parsedPre.data, parsedOperation.data);
    },
  };
}

function malformed(part: string, error: z.ZodError): Result<never> {
  const { path, message } = error.issues[0]!;
  return err("vector-malformed", `${[part, ...path.map(String)].join(".")}: ${message}`);
}
