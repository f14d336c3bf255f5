import { readFileSync } from "node:fs";

export interface Docstring {
  /** What the strategy does, in paragraphs. */
  readonly paragraphs: readonly string[];
  readonly source: string;
}

/** What a strategy's file says about it, in the comment before what it exports. Throws for a file without one. */
export function docstringOf(strategy: string): Docstring {
  const path = `src/actors/strategies/${strategy}.ts`;
  const text = readFileSync(path, "utf8");
  // The last comment before the strategy, be it a constant or a function that makes one.
  const exported = /\nexport (?:const|function) /.exec(text);
  const before = text.slice(0, exported?.index ?? 0);
  const comment = before.slice(before.lastIndexOf("/**") + 3).replace(/\*\/$/, "");
  if (exported === null || !before.endsWith("*/"))
    throw new Error(`${path}: no comment right before the strategy that it exports`);
  const lines = comment.split("\n").map((line) => line.replace(/^ *\* ?/, "").trim());
  const paragraphs = lines
    .join("\n")
    .split(/\n\n+/)
    .map((paragraph) => paragraph.replaceAll("\n", " ").trim())
    .filter((paragraph) => paragraph !== "");
  const source = paragraphs.find((paragraph) => paragraph.startsWith("Source"));
  if (source === undefined) throw new Error(`${path}: no source`);
  const isText = (paragraph: string) => paragraph !== source && !paragraph.startsWith("@");
  return { paragraphs: paragraphs.filter(isText), source };
}
