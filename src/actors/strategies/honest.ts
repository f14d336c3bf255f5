import { z } from "zod";
import { decodeShapes, kvCacheTypes, type Numerics } from "../../inference/numerics.ts";
import { generation } from "../ledger.ts";
import type { Strategy } from "./workshop/strategy.ts";

const parameters = z.strictObject({
  decodeShape: z.enum(decodeShapes).optional(),
  flashAttention: z.boolean().optional(),
  kvCacheType: z.enum(kvCacheTypes).optional(),
  threads: z.int().min(1).optional(),
});

/**
 * Generates with the model that was asked for, one token at a time: the price that every cheat must undercut. The
 * parameters are honest variation between nodes, the controls of every comparison.
 *
 * Source: blog, "how it works"; whitepaper 2.4.
 */
export const honest: Strategy<z.output<typeof parameters>> = {
  name: "honest",
  revision: 1,
  parameters,
  models: () => ["target"],
  numerics: (given) =>
    Object.fromEntries(Object.entries(given).filter(([, v]) => v !== undefined)) as Partial<Numerics>,
  async claim(job, tools) {
    const target = tools.model("target");
    const outputTokens = await target.generate();
    return { outputTokens, work: generation(target.root, job.promptTokens.length, outputTokens.length) };
  },
};
