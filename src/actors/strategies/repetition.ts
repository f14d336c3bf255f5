import { z } from "zod";
import { addUsage, generation, prefill } from "../compute-usage.ts";
import type { Strategy } from "./runtime/strategy.ts";

const parameters = z.strictObject({
  /** Tokens that the real model writes first. */
  leadTokens: z.int().min(1).default(32),
  /** Lengths of the phrase that are tried. */
  phraseTokens: z.array(z.int().min(1)).min(1).default([4, 8, 16]),
});

/**
 * The real model writes a beginning; then its last phrase is repeated to the limit. Of the phrase lengths tried, the one whose
 * second round the model itself agrees with most is taken (a prefill each): once a text repeats, a model tends to go on so, and
 * then the filler is what it would have written.
 *
 * Source: whitepaper 2.5.7 and blog, repetition exploits (claim C8).
 */
export const repetition: Strategy<z.output<typeof parameters>> = {
  name: "repetition",
  revision: 1,
  parameters,
  models: () => ["target"],
  async run(job, tools, { leadTokens, phraseTokens }) {
    const target = tools.model("target");
    const lead = await target.generate({ tokenLimit: Math.min(leadTokens, job.tokenLimit) });
    let work = generation(target.root, job.promptTokens.length, lead.length);
    if (target.isEndToken(lead.at(-1)!) || lead.length === job.tokenLimit) return { outputTokens: lead, work };

    let best = { outputTokens: lead, agreement: -1 };
    for (const length of new Set(phraseTokens.map((wanted) => Math.min(wanted, lead.length)))) {
      const phrase = lead.slice(-length);
      const looped = loop(lead, phrase, job.tokenLimit);
      const trial = looped.slice(0, lead.length + 2 * length);
      const reference = await target.referenceTokens(trial);
      const agreement = share(trial.slice(lead.length + length), reference.slice(lead.length + length));
      work = addUsage(work, prefill(target.root, trial.length - lead.length));
      if (agreement > best.agreement) best = { outputTokens: looped, agreement };
    }
    const filler = Array.from({ length: job.tokenLimit - lead.length }, (_, i) => lead.length + i);
    return { outputTokens: best.outputTokens, work, alteredPositions: filler };
  },
};

function loop(lead: readonly number[], phrase: readonly number[], length: number): number[] {
  const filler = Array.from({ length: length - lead.length }, (_, i) => phrase[i % phrase.length]!);
  return [...lead, ...filler];
}

/** Share of equal entries; 0 for none at all. */
function share(claimed: readonly number[], reference: readonly number[]): number {
  return claimed.filter((token, i) => token === reference[i]).length / Math.max(1, claimed.length);
}
