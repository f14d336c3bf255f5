/**
 * Runs notebooks and writes what their cells showed into them.
 *
 *   npm run notebook                                  # all of notebooks/
 *   npm run notebook -- notebooks/rastic-by-hand.ipynb
 */
import { globSync, writeFileSync } from "node:fs";
import { executed, notebookText, readNotebook } from "./notebooks/notebook.ts";

const named = process.argv.slice(2);
for (const file of named.length > 0 ? named : globSync("notebooks/*.ipynb").toSorted()) {
  try {
    writeFileSync(file, notebookText(executed(file, readNotebook(file))));
  } catch (error) {
    console.error((error as Error).message);
    process.exit(2);
  }
  console.log(`${file}: what its cells showed is written into it`);
}
