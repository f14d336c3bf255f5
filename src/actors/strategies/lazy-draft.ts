import { z } from "zod";
import { generation } from "../compute-usage.ts";
import type { Strategy } from "./runtime/strategy.ts";

const parameters = z.strictObject({
  /** The name of a smaller model with the same tokens. */
  model: z.string().default("draft"),
});

/**
 * Inference (or lazy prediction): a small model writes everything, at a fraction of the work, hoping that the few checked
 * tokens are ones on which both models agree. With `model: distilled` it is a draft that was trained on the target's own outputs,
 * which anybody can buy: the sharper attack for the same price.
 *
 * Source: whitepaper 2.5.7; blog, "lazy prediction". Distillation: Y. Kim and A. Rush, Sequence-level knowledge distillation
 * (2016).
 */
export const lazyDraft: Strategy<z.output<typeof parameters>> = {
  name: "lazy-draft",
  revision: 1,
  parameters,
  models: ({ model }) => [model],
  async run(job, tools, { model }) {
    const draft = tools.model(model);
    const outputTokens = await draft.generate();
    return { outputTokens, work: generation(draft.root, job.promptTokens.length, outputTokens.length) };
  },
};
