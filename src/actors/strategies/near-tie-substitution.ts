import { z } from "zod";
import { generation } from "../compute-usage.ts";
import type { Strategy } from "./runtime/strategy.ts";

const parameters = z.strictObject({
  /** A runner-up that is beaten by less than this takes the place of the model's choice. */
  epsilonLogits: z.number().gt(0).default(0.1),
});

/**
 * Generates honestly, but takes the runner-up wherever it nearly ties: saves nothing, yet steers the text (an advertisement, a
 * watermark, a hidden message) within what a tolerant verifier puts down to rounding. Shows what a tolerance gives away.
 *
 * Source: literature on verifying outsourced inference (attacks within the numerical tolerance).
 */
export const nearTieSubstitution: Strategy<z.output<typeof parameters>> = {
  name: "near-tie-substitution",
  revision: 1,
  parameters,
  models: () => ["target"],
  async run(job, tools, { epsilonLogits }) {
    const target = tools.model("target");
    const alteredPositions: number[] = [];
    const outputTokens = await target.generate({
      steering: {
        watch: [],
        choose: (position, [choice, ...others]) => {
          if (target.isEndToken(choice!.token)) return choice!.token;
          const [tied] = others
            .filter(({ token, marginLogits }) => marginLogits < epsilonLogits && !target.isEndToken(token))
            .sort((a, b) => a.marginLogits - b.marginLogits || a.token - b.token);
          if (tied === undefined) return choice!.token;
          alteredPositions.push(position);
          return tied.token;
        },
      },
    });
    const work = generation(target.root, job.promptTokens.length, outputTokens.length);
    return { outputTokens, work, alteredPositions };
  },
};
