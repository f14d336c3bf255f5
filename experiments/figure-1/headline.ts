import { median } from "../../src/statistics/median.ts";
import type { Figure1Row } from "./rows.ts";

/** The few numbers that matter, one line a model: generation against the dearest and the cheapest verification. */
export function figure1Headline(rows: readonly Figure1Row[]): string[] {
  return [...Map.groupBy(rows, ({ model }) => model)].flatMap(([model, own]) => {
    const longest = Math.max(...own.map(({ outputTokens }) => outputTokens));
    const medianMs = (form: string): number | null => {
      const times = own.filter((row) => row.form === form && row.outputTokens === longest).map(({ wallMs }) => wallMs);
      return times.length === 0 ? null : median(times);
    };
    const generation = medianMs("generate");
    if (generation === null) return [];
    const against = (form: string): string[] => {
      const time = medianMs(form);
      return time === null ? [] : [`${form} ${time.toFixed(0)} ms (${(generation / time).toFixed(1)} times cheaper)`];
    };
    const judged = own.filter(({ accepted }) => accepted !== null);
    const rejected = judged.filter(({ accepted }) => accepted === false).length;
    return [
      `${model}, ${longest} tokens: generate ${generation.toFixed(0)} ms; verify: ${[
        ...against("prototype"),
        ...against("one-pass"),
        ...against("concurrent"),
      ].join(", ")}`,
      `  honest completions rejected: ${rejected} of ${judged.length} verifications`,
    ];
  });
}
