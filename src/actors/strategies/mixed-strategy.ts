import { z } from "zod";
import type { Json } from "../../inference/transcript-json.ts";
import { generation } from "../compute-usage.ts";
import { recordedName, type Strategy, StrategyError } from "./runtime/strategy.ts";

interface Choice {
  readonly name: string;
  readonly parameters?: Json;
}
type Choose = (choice: Choice) => { strategy: Strategy; parameters: Json };

interface Parameters {
  readonly share: number;
  readonly inner: { readonly name: string; readonly revision: number; readonly parameters: Json };
}

/**
 * Cheats on a share of its jobs, drawn job by job, and is honest on the rest: what a node does that is watched by reputation or
 * by spot checks. On the jobs it cheats on it does what the inner strategy does, settings and all.
 *
 * Source: the game of proof of sampling, Y. Zhang and others, arXiv 2405.00295 (a node's mixed strategy).
 *
 * @param choose finds the inner strategy; this one is not for itself
 */
export function mixedStrategy(choose: Choose): Strategy<Parameters> {
  const parameters = z.strictObject({
    /** Of the jobs, those it cheats on. */
    share: z.number().min(0).max(1).default(0.5),
    /** What it does on them: a strategy and its parameters. The revision becomes part of the transcript's identity. */
    inner: z
      .strictObject({ name: z.string(), parameters: z.json().default({}) })
      .default({ name: "lazy-draft", parameters: {} })
      .transform((choice, context) => {
        try {
          const { strategy, parameters } = choose(choice as Choice);
          return { name: recordedName(strategy), revision: strategy.revision, parameters };
        } catch (error) {
          if (!(error instanceof StrategyError)) throw error;
          context.addIssue({ code: "custom", message: error.message });
          return z.NEVER;
        }
      }),
  });
  return {
    name: "mixed-strategy",
    recordedName: "randomised-honesty",
    revision: 1,
    parameters,
    models: ({ inner }) => [...new Set(["target", ...innerOf(inner).models(inner.parameters)])],
    numerics: ({ inner }) => innerOf(inner).numerics?.(inner.parameters) ?? {},
    cpuKernels: ({ inner }) => innerOf(inner).cpuKernels?.(inner.parameters),
    shape: ({ inner }) => innerOf(inner).shape?.(inner.parameters) ?? {},
    usesPool: ({ inner }) => innerOf(inner).usesPool?.(inner.parameters) ?? false,
    async run(job, tools, { share, inner }) {
      if (tools.draws.chance(share)) return innerOf(inner).run(job, tools, inner.parameters);
      const target = tools.model("target", "usual");
      const outputTokens = await target.generate();
      return { outputTokens, work: generation(target.root, job.promptTokens.length, outputTokens.length) };
    },
  };

  function innerOf({ name, parameters }: Parameters["inner"]): Strategy {
    return choose({ name, parameters }).strategy;
  }
}
