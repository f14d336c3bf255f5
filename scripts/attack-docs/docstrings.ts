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
  const before = text.slice(0, text.indexOf("\nexport const "));
  const start = before.lastIndexOf("/**");
  if (start < 0 || !before.trimEnd().endsWith("*/")) throw new Error(`${path}: no comment before what it exports`);
  const lines = before
    .slice(start + 3, before.lastIndexOf("*/"))
    .split("\n")
    .map((line) => line.replace(/^ *\* ?/, "").trim());
  const paragraphs = lines
    .join("\n")
    .split(/\n\n+/)
    .map((paragraph) => paragraph.replaceAll("\n", " ").trim())
    .filter((paragraph) => paragraph !== "");
  const source = paragraphs.find((paragraph) => paragraph.startsWith("Source"));
  if (source === undefined) throw new Error(`${path}: no source`);
  return { paragraphs: paragraphs.filter((paragraph) => paragraph !== source), source };
}
