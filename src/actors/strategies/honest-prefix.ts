import { z } from "zod";
import { addUsage, generation } from "../compute-usage.ts";
import type { Strategy } from "./runtime/strategy.ts";

const parameters = z.strictObject({
  /** Share of the token limit that the real model writes. */
  share: z.number().gt(0).lt(1).default(0.5),
  /** The name of the smaller model that writes the rest. */
  model: z.string().default("draft"),
});

/**
 * The real model begins, a small one goes on: continuity passes, the text reads well where a client looks first, and the saving
 * is the share of the tail.
 *
 * Source: literature on verifying outsourced inference (model switching within a response).
 */
export const honestPrefix: Strategy<z.output<typeof parameters>> = {
  name: "honest-prefix",
  revision: 1,
  parameters,
  models: ({ model }) => ["target", model],
  async run(job, tools, { share, model }) {
    const target = tools.model("target");
    const draft = tools.model(model);
    const promptTokens = job.promptTokens.length;
    const prefix = await target.generate({ tokenLimit: Math.max(1, Math.floor(share * job.tokenLimit)) });
    const prefixWork = generation(target.root, promptTokens, prefix.length);
    if (target.isEndToken(prefix.at(-1)!) || prefix.length === job.tokenLimit)
      return { outputTokens: prefix, work: prefixWork };
    const outputTokens = await draft.generate({ outputPrefix: prefix });
    const tailWork = generation(draft.root, promptTokens + prefix.length, outputTokens.length - prefix.length);
    return { outputTokens, work: addUsage(prefixWork, tailWork) };
  },
};
