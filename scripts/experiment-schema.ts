/** (Re)writes experiments/schema.json from the settings of every kind: run it after changing one of them. */
import { writeFileSync } from "node:fs";
import { experimentRegistry } from "../experiments/index.ts";
import { experimentFileSchema } from "../src/lab/experiment/schema.ts";

const path = "experiments/schema.json";
writeFileSync(path, `${JSON.stringify(experimentFileSchema(experimentRegistry), null, 1)}\n`);
console.log(`${path}: ${Object.keys(experimentRegistry).length} kinds`);
