import { z } from "zod";
import { noUsage } from "../compute-usage.ts";
import type { Strategy } from "./runtime/strategy.ts";

const parameters = z.strictObject({
  /** The name of the small model that wrote the ready-made texts. */
  model: z.string().default("draft"),
});

/**
 * Delivers a ready-made text about something else, written once by a small model and sold over and over: no work at all per job.
 *
 * Source: blog, RASTiC (unrelated output is what continuity is for).
 */
export const unrelated: Strategy<z.output<typeof parameters>> = {
  name: "unrelated",
  revision: 1,
  parameters,
  models: ({ model }) => [model],
  usesPool: () => true,
  async run(_job, tools, { model }) {
    const outputTokens = await tools.model(model).generate({ job: tools.otherJob });
    return { outputTokens, work: noUsage };
  },
};
