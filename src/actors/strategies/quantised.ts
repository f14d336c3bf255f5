import { z } from "zod";
import { generation } from "../compute-usage.ts";
import type { Strategy } from "./runtime/strategy.ts";

const parameters = z.strictObject({
  /** The name of a model file that holds the job's model in a smaller weight format. */
  model: z.string(),
});

/**
 * The same model in a coarser weight format: half the memory or less, and faster where memory bandwidth is the limit, for
 * text that mostly is the same.
 *
 * Source: literature on verifying outsourced inference (quantisation downgrade).
 */
export const quantised: Strategy<z.output<typeof parameters>> = {
  name: "quantised",
  revision: 1,
  parameters,
  models: ({ model }) => [model],
  async run(job, tools, { model }) {
    const coarse = tools.model(model);
    const outputTokens = await coarse.generate();
    return { outputTokens, work: generation(coarse.root, job.promptTokens.length, outputTokens.length) };
  },
};
