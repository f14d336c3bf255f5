import { z } from "zod";
import { generation } from "../compute-usage.ts";
import type { Strategy } from "./runtime/strategy.ts";

const parameters = z.strictObject({
  /** The end token is put as soon as it is beaten by no more than this. */
  marginLogits: z.number().min(0).default(2),
  /** Earliest output length, in tokens: a text of one sentence would be complained about. */
  leastTokens: z.int().min(1).default(16),
});

/**
 * Generates honestly, but ends at the first place where the model nearly would have: a truncation that looks like a small
 * numerical difference, and the only inconsistent token is the last one.
 *
 * Source: whitepaper 2.5.7 ("drive the text to an early end token"), sharpened.
 */
export const endTokenSteering: Strategy<z.output<typeof parameters>> = {
  name: "end-token-steering",
  revision: 1,
  parameters,
  models: () => ["target"],
  async run(job, tools, { marginLogits, leastTokens }) {
    const target = tools.model("target");
    const alteredPositions: number[] = [];
    const outputTokens = await target.generate({
      steering: {
        watch: target.endTokens,
        choose: (position, candidates) => {
          const [choice] = candidates;
          if (position < leastTokens || target.isEndToken(choice!.token)) return choice!.token;
          const ends = candidates.filter((each) => target.isEndToken(each.token) && each.marginLogits <= marginLogits);
          const [nearest] = ends.sort((a, b) => a.marginLogits - b.marginLogits);
          if (nearest === undefined) return choice!.token;
          alteredPositions.push(position);
          return nearest.token;
        },
      },
    });
    const work = generation(target.root, job.promptTokens.length, outputTokens.length);
    return { outputTokens, work, alteredPositions };
  },
};
