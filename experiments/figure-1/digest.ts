import type { SummaryTable } from "../../src/lab/results/experiment-report.ts";
import { publishedFigure1 } from "../shared/published-figure-1.ts";
import { figure1Forms } from "./settings.ts";
import type { Figure1Summary } from "./summary.ts";

/** Median times of one model, a row per length and a column per form, with the published bars beside them. */
export function timesOf(summary: readonly Figure1Summary[], model: string): SummaryTable {
  const ofModel = summary.filter((row) => row.model === model);
  const forms = figure1Forms.filter((form) => ofModel.some((row) => row.form === form));
  const lengths = [...new Set(ofModel.map(({ outputTokens }) => outputTokens))].sort((a, b) => a - b);
  const inMs = (name: string, description: string) => ({ name, type: "number" as const, unit: "ms", description });
  return {
    caption: `${model}: median times by length`,
    columns: [
      { name: "tokens", type: "number", unit: null, description: "tokens generated" },
      ...forms.map((form) => inMs(form, "median time")),
      inMs("published generate", "published bar"),
      inMs("published verify", "published bar"),
    ],
    rows: lengths.map((length) => {
      const published = publishedFigure1.times.find(({ outputTokens }) => outputTokens === length);
      return {
        tokens: length,
        ...Object.fromEntries(
          forms.map((form) => [
            form,
            ofModel.find((row) => row.form === form && row.outputTokens === length)?.medianMs ?? null,
          ]),
        ),
        "published generate": published?.generateMs ?? null,
        "published verify": published?.verifyMs ?? null,
      };
    }),
  };
}
