/** Writes docs/attacks.md from the reference results: `npm run docs`. A test holds the page against them. */
import { writeFileSync } from "node:fs";
import { attackPage } from "./attack-docs/page.ts";

writeFileSync("docs/attacks.md", attackPage());
console.log("docs/attacks.md");
