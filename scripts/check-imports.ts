/**
 * Who may import whom (README, "Map"): the rules stand in .dependency-cruiser.json.
 *
 * dependency-cruiser answers "no violations" when it could not parse anything (it needs TypeScript's old compiler API),
 * so this check also fails when it saw fewer modules than there are source files.
 */
import { globSync, readFileSync } from "node:fs";
import { cruise, type ICruiseOptions, type ICruiseResult } from "dependency-cruiser";
import extractTsConfig from "dependency-cruiser/config-utl/extract-ts-config";

const { forbidden, options } = JSON.parse(readFileSync(".dependency-cruiser.json", "utf8"));
const ruleSet = { forbidden } as NonNullable<ICruiseOptions["ruleSet"]>;
const { output } = await cruise(["src", "experiments"], { ...options, ruleSet, validate: true }, undefined, {
  tsConfig: extractTsConfig("tsconfig.json"),
});
const { modules, summary } = output as ICruiseResult;

const seen = modules.filter((module) => /^(src|experiments)\//.test(module.source)).length;
const present = globSync(["src/**/*.{ts,mjs}", "experiments/**/*.ts"]).length;
const edges = modules.reduce((sum, module) => sum + module.dependencies.length, 0);
for (const { from, to, rule } of summary.violations) console.error(`${rule.severity} ${rule.name}: ${from} -> ${to}`);
if (seen < present || edges === 0)
  console.error(
    `import rules: saw ${seen} of ${present} source files and ${edges} imports; the check itself is broken`,
  );
const failed = summary.violations.length > 0 || seen < present || edges === 0;
if (!failed) console.log(`import rules: ${seen} modules, ${edges} imports, no violation`);
process.exitCode = failed ? 1 : 0;
