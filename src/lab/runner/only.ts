/** Cells that a pattern names: its words anywhere in the key, whatever their case; `*` stands for anything between. */
export function matchesPattern(pattern: string): (cell: string) => boolean {
  const parts = pattern.split("*").map((part) => part.replace(/[.+?^${}()|[\]\\]/g, "\\$&"));
  const expression = new RegExp(parts.join(".*"), "iu");
  return (cell) => expression.test(cell);
}
