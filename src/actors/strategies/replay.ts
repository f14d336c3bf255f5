import { z } from "zod";
import { noUsage } from "../compute-usage.ts";
import type { Strategy } from "./runtime/strategy.ts";

const parameters = z.strictObject({});

/**
 * Delivers what the real model wrote for another job: real text of the right model, free of charge, and nothing to do with the
 * prompt.
 *
 * Source: literature on verifying outsourced inference (cached or replayed answers); continuity is there to catch it.
 */
export const replay: Strategy<z.output<typeof parameters>> = {
  name: "replay",
  revision: 1,
  parameters,
  models: () => ["target"],
  usesPool: () => true,
  async run(_job, tools) {
    const outputTokens = await tools.model("target").generate({ job: tools.otherJob });
    return { outputTokens, work: noUsage }; // the other job has paid for it
  },
};
