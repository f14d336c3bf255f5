/** The commands that the documents tell people to type. */
import { globSync, readFileSync } from "node:fs";

export interface DocumentedCommand {
  /** As it stands there, without a shell's comment. */
  readonly text: string;
  /** `docs/x.md:12`, everywhere it is told. */
  readonly places: readonly string[];
}

export const documents = [
  "README.md",
  "CONTRIBUTING.md",
  ...globSync("docs/*.md").map((path) => path.replaceAll("\\", "/")),
  ...globSync("experiments/*/README.md").map((path) => path.replaceAll("\\", "/")),
  "bench/README.md",
  "results/README.md",
];

const STARTS = /^(npx )?camelid( |$)|^npm (run|ci|start|test)\b|^node (bench|scripts|src)\//;

/** In fenced or indented lines, and in words set as code; each once, in the order of the documents. */
export function documentedCommands(): DocumentedCommand[] {
  const found = new Map<string, string[]>();
  for (const document of documents) {
    let fenced = false;
    for (const [i, line] of readFileSync(document, "utf8").split("\n").entries()) {
      if (/^ {0,3}```/.test(line)) fenced = !fenced;
      const block = fenced || /^ {4,}\S/.test(line);
      const texts = block ? line.split("&&") : [...line.matchAll(/`([^`]+)`/g)].map(([, code]) => code!);
      for (const text of texts.map((one) => one.replace(/\s#.*$/, "").trim())) {
        if (!STARTS.test(text)) continue;
        found.set(text, [...(found.get(text) ?? []), `${document}:${i + 1}`]);
      }
    }
  }
  return [...found].map(([text, places]) => ({ text, places }));
}

/** Words of a command as a POSIX shell would split them; quotes only, no expansion. */
export function wordsOf(text: string): string[] {
  return [...text.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)].map(([word]) => word.replace(/["']/g, ""));
}
