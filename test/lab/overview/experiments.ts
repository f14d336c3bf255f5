/** Small experiment files, so that all of them together take seconds. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { draftF16 } from "../../support/embedded-models.ts";

export interface SmallExperiment {
  readonly name: string;
  readonly model?: string;
  readonly repeats?: number;
  readonly presets?: string;
  /** Further lines of the file. */
  readonly more?: string;
}

/** Writes `FOLDER/NAME.yaml` for each: Figure 1 on the smallest model, with a preset `quick`. */
export function writeExperiments(folder: string, experiments: readonly SmallExperiment[]): string {
  mkdirSync(folder, { recursive: true });
  for (const { name, model = draftF16, repeats = 2, presets = "quick", more = "" } of experiments)
    writeFileSync(
      join(folder, `${name}.yaml`),
      `name: ${name}
kind: figure-1
question: How long does ${name} take?
claims: [C1, C3, C4, C11]
seed: 1
models: [{ file: ${model} }]
tokens: [1, 16]
forms: [generate, prototype, all-positions]
repeats: 1
prompts: { file: models/prompts.txt, tokens: 16 }
sampling: { temperature: 0.2, topK: 40, topP: 0.1, choice: inverse-cdf }
checkBudget: 1
presets: { ${presets}: { repeats: ${repeats} } }
${more}
`,
    );
  return folder;
}
