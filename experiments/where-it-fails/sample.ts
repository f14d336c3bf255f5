import { binStarts, measures, type WhereRow } from "./rows.ts";

/** Eight prompts: a cheat that fails ever more from bin to bin, and honest work that hardly fails. */
export function madeUpWhere(): WhereRow[] {
  const strategies = [
    { strategy: "lazy, draft", kind: "cheat", share: 0.1 },
    { strategy: "one token changed", kind: "cheat", share: 0.05 },
    { strategy: "honest, flash attention", kind: "honest-variation", share: 0.002 },
  ] as const;
  return strategies.flatMap(({ strategy, kind, share }) =>
    measures.flatMap((measure) =>
      binStarts[measure].flatMap((_, bin) =>
        Array.from({ length: 8 }, (_, prompt): WhereRow => {
          const positions = 40 + prompt;
          const inconsistent = Math.min(positions, Math.floor(positions * share * (bin + prompt / 8)));
          return { sampling: "temperature 0.7", strategy, kind, prompt, measure, bin, positions, inconsistent };
        }),
      ),
    ),
  );
}
