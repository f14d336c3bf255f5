import { z } from "zod";
import { addUsage, generation, prefill } from "../compute-usage.ts";
import type { Strategy } from "./runtime/strategy.ts";

const parameters = z.strictObject({
  /** The name of a smaller model with the same tokens. */
  model: z.string().default("draft"),
});

/**
 * A small model writes the body; the real model gives the first token and the ending, in one prefill over prompt and body and
 * without a single generation step. Continuity and truncation then pass by construction; only integrity can fail.
 *
 * The draft is kept from ending. The real model's answers over its text show where it would end: the text is cut there, with
 * its end token. Where it never would, the text runs to the limit and its last token is the real model's.
 *
 * Source: our reading of the three checks (blog, RASTiC), which test only the ends for certain.
 */
export const lazyDraftHonestEndpoints: Strategy<z.output<typeof parameters>> = {
  name: "lazy-draft-honest-endpoints",
  recordedName: "lazy-draft-honest-ends",
  revision: 1,
  parameters,
  models: ({ model }) => ["target", model],
  async run(job, tools, { model }) {
    const target = tools.model("target");
    const draft = tools.model(model);
    const promptTokens = job.promptTokens.length;

    const first = await target.generate({ tokenLimit: 1 });
    if (target.isEndToken(first[0]!) || job.tokenLimit === 1)
      return { outputTokens: first, work: prefill(target.root, promptTokens) };

    const body = await draft.generate({
      outputPrefix: first,
      steering: {
        watch: [],
        choose: (_, candidates) => candidates.find(({ token }) => !draft.isEndToken(token))!.token,
      },
    });
    const reference = await target.referenceTokens(body);
    const ending = reference.findIndex((token, position) => position > 0 && target.isEndToken(token));
    const last = ending > 0 ? ending : body.length - 1;
    return {
      outputTokens: [...body.slice(0, last), reference[last]!],
      // The target holds the prompt from the first token on; the body's last token need not be fed to replace it.
      work: addUsage(
        prefill(target.root, promptTokens + body.length - 1),
        generation(draft.root, promptTokens + 1, body.length - 1),
      ),
      alteredPositions: [last],
    };
  },
};
