import { z } from "zod";
import { addUsage, decode, generation } from "../compute-usage.ts";
import type { Strategy } from "./runtime/strategy.ts";

const parameters = z.strictObject({
  /** Whether what follows the substitution is generated again from the changed prefix. */
  regenerate: z.boolean().default(false),
  /** `random`: any token of the vocabulary but an end token; `runner-up`: the model's second choice at that place. */
  replacement: z.enum(["random", "runner-up"]).default("random"),
});

/**
 * Changes one token of an honest output, at a place drawn evenly over all but the last, and leaves the rest as it was or has the
 * model go on from the change. Costs as much as honesty or more: the gain is in what the text says.
 *
 * Source: whitepaper 2.5.6 and 2.5.7 (single-token substitution; claims C9 and C10).
 */
export const singleTokenSubstitution: Strategy<z.output<typeof parameters>> = {
  name: "single-token-substitution",
  revision: 1,
  parameters,
  models: () => ["target"],
  async run(job, tools, { regenerate, replacement }) {
    const target = tools.model("target");
    const honest = await target.generate();
    const honestWork = generation(target.root, job.promptTokens.length, honest.length);
    if (honest.length < 2) return { outputTokens: honest, work: honestWork };

    const place = tools.draws.below(honest.length - 1);
    const drawn = (): number => {
      for (;;) {
        const token = tools.draws.below(target.vocabularySize);
        if (token !== honest[place] && !target.isEndToken(token)) return token;
      }
    };
    const substitute = replacement === "random" ? drawn() : null;
    const changed = await target.generate({
      tokenLimit: regenerate ? job.tokenLimit : place + 1,
      steering: {
        watch: [],
        choose: (position, [choice, ...others]) => {
          if (position !== place) return choice!.token;
          return substitute ?? others.find(({ token }) => !target.isEndToken(token))!.token;
        },
      },
    });
    if (!regenerate)
      return { outputTokens: honest.with(place, changed[place]!), work: honestWork, alteredPositions: [place] };
    // The KV cache is rewound to the change, from where every further token costs a step.
    const work = addUsage(honestWork, decode(target.root, changed.length - 1 - place));
    return { outputTokens: changed, work, alteredPositions: [place] };
  },
};
