import { z } from "zod";
import { addUsage, decode, prefill } from "../compute-usage.ts";
import type { Strategy } from "./runtime/strategy.ts";

const parameters = z.strictObject({
  /** The name of a smaller model with the same tokens. */
  model: z.string().default("draft"),
  /** Tokens that it proposes at a time, at most. */
  proposedTokens: z.int().min(1).max(64).default(4),
});

/**
 * An honest node that is quick: the draft proposes, the target reads the proposals in one batch and keeps those that it would have
 * put itself. The text is the target's own, and the price is the one that a cheat must undercut.
 *
 * Ledger: the draft's prompt as prefill and its steps as decode; all that the target reads, proposals it throws away included, as
 * prefill. A batch of a few tokens runs slower than a long prefill, so times made of this ledger flatter it.
 *
 * Source: src/inference/speculative.ts.
 */
export const speculative: Strategy<z.output<typeof parameters>> = {
  name: "speculative",
  revision: 1,
  parameters,
  models: ({ model }) => ["target", model],
  async run(job, tools, { model, proposedTokens }) {
    const target = tools.model("target");
    const { root } = tools.model(model);
    const { outputTokens, targetTokens, draftTokens, proposed } = await target.speculate({
      draft: model,
      proposedTokens,
    });
    const drafting = addUsage(prefill(root, proposed === 0 ? 0 : job.promptTokens.length), decode(root, draftTokens));
    return { outputTokens, work: addUsage(prefill(target.root, targetTokens), drafting) };
  },
};
