/** Cells that a pattern names: its words anywhere in the key, whatever their case; `*` stands for anything between. */
export function matchesPattern(pattern: string): (cell: string) => boolean {
  // Word for word, each sought behind the one before: a regular expression of many stars would try every way to split the name.
  const words = pattern
    .toLowerCase()
    .split("*")
    .filter((word) => word !== "");
  return (cell) => {
    const name = cell.toLowerCase();
    let from = 0;
    for (const word of words) {
      const at = name.indexOf(word, from);
      if (at < 0) return false;
      from = at + word.length;
    }
    return true;
  };
}
