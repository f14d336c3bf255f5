import { z } from "zod";
import { decodeShapes, kvCacheTypes } from "../../inference/numerics.ts";
import { generation } from "../compute-usage.ts";
import type { Strategy } from "./runtime/strategy.ts";

const parameters = z.strictObject({
  decodeShape: z.enum(decodeShapes).optional(),
  flashAttention: z.boolean().optional(),
  kvCacheType: z.enum(kvCacheTypes).optional(),
  threads: z.int().min(1).optional(),
  /** Jobs in one batch. */
  sequences: z.int().min(1).max(64).optional(),
  /** Tokens of the pieces in which the prompt goes through. */
  prefillPieceTokens: z.int().min(2).optional(),
  /** The kernel library of another CPU family, as llama.cpp calls it: `sse42`, `haswell`, `zen4`, ... (Linux x64). */
  cpuKernels: z.string().regex(/^\w+$/).optional(),
});

/**
 * Generates with the model that was asked for, one token at a time: the price that every cheat must undercut. The
 * parameters are honest variation between nodes, the controls of every comparison.
 *
 * Source: blog, "how it works"; whitepaper 2.4.
 */
export const honest: Strategy<z.output<typeof parameters>> = {
  name: "honest",
  revision: 1,
  parameters,
  models: () => ["target"],
  numerics: ({ decodeShape, flashAttention, kvCacheType, threads }) =>
    given({ decodeShape, flashAttention, kvCacheType, threads }),
  shape: ({ sequences, prefillPieceTokens }) => given({ sequences, prefillPieceTokens }),
  cpuKernels: ({ cpuKernels }) => cpuKernels,
  async run(job, tools) {
    const target = tools.model("target");
    const outputTokens = await target.generate();
    return { outputTokens, work: generation(target.root, job.promptTokens.length, outputTokens.length) };
  },
};

function given<Settings extends object>(
  settings: Settings,
): { [Name in keyof Settings]?: Exclude<Settings[Name], undefined> } {
  return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as never;
}
