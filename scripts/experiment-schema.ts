/** (Re)writes experiments/schema.json from the kinds' settings: run it after changing one of them. */
import { writeFileSync } from "node:fs";
import { experimentKinds } from "../experiments/index.ts";
import { experimentFileSchema } from "../src/lab/experiment/schema.ts";

const path = "experiments/schema.json";
const kinds = Object.fromEntries(Object.entries(experimentKinds).map(([kind, { settings }]) => [kind, settings]));
writeFileSync(path, `${JSON.stringify(experimentFileSchema(kinds), null, 1)}\n`);
console.log(`${path}: ${Object.keys(kinds).length} kinds`);
