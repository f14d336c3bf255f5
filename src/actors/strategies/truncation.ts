import { z } from "zod";
import { generation } from "../compute-usage.ts";
import type { Strategy } from "./runtime/strategy.ts";

const parameters = z.strictObject({
  /** Share of the token limit after which the text is cut. */
  share: z.number().gt(0).lt(1).default(0.5),
});

/**
 * Generates honestly for a share of the limit, then appends the end token and stops: the saving is what was not generated.
 * A text that ended by itself before the cut stays as it is.
 *
 * Source: whitepaper 2.5.7, truncation; it is what the truncation check is for.
 */
export const truncation: Strategy<z.output<typeof parameters>> = {
  name: "truncation",
  revision: 1,
  parameters,
  models: () => ["target"],
  async run(job, tools, { share }) {
    const target = tools.model("target");
    const cut = Math.max(1, Math.min(Math.floor(share * job.tokenLimit), job.tokenLimit - 1));
    const begun = await target.generate({ tokenLimit: cut });
    const work = generation(target.root, job.promptTokens.length, begun.length);
    if (target.isEndToken(begun.at(-1)!) || begun.length >= job.tokenLimit) return { outputTokens: begun, work };
    return { outputTokens: [...begun, target.endTokens[0]!], work, alteredPositions: [begun.length] };
  },
};
