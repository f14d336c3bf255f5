import { z } from "zod";
import { generation } from "../compute-usage.ts";
import type { Strategy } from "./runtime/strategy.ts";

const parameters = z.strictObject({ kvCacheType: z.enum(["Q8_0", "Q4_0"]).default("Q8_0") });

/**
 * The right model with its KV cache rounded to 8 or 4 bits: more jobs fit into the node's memory, and a client cannot see
 * it except in the tokens. llama.cpp rounds the cache only together with flash attention.
 *
 * Source: literature on verifying outsourced inference (a wrong configuration of the right model).
 */
export const lowPrecisionCache: Strategy<z.output<typeof parameters>> = {
  name: "low-precision-cache",
  revision: 1,
  parameters,
  models: () => ["target"],
  numerics: ({ kvCacheType }) => ({ kvCacheType, flashAttention: true }),
  async run(job, tools) {
    const target = tools.model("target");
    const outputTokens = await target.generate();
    return { outputTokens, work: generation(target.root, job.promptTokens.length, outputTokens.length) };
  },
};
