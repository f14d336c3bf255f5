/** (Re)writes experiments/schema.json from the kinds' settings: run it after changing one of them. */
import { writeFileSync } from "node:fs";
import { experimentFileSchema } from "../src/lab/experiment-file-schema.ts";
import { experimentKinds } from "../src/lab/experiments/kinds.ts";

const path = "experiments/schema.json";
const kinds = Object.fromEntries(Object.entries(experimentKinds).map(([kind, { settings }]) => [kind, settings]));
writeFileSync(path, `${JSON.stringify(experimentFileSchema(kinds), null, 1)}\n`);
console.log(`${path}: ${Object.keys(kinds).length} kinds`);
