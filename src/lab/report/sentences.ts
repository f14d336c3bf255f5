/** Takes a verdict's words apart, so that a page need not show a wall of them. */

export interface Sentence {
  readonly text: string;
  /** What the sentence goes through one by one, after its text; none of most. */
  readonly items: readonly string[];
}

/** The fewest parts between semicolons that make a list. */
const LEAST_ITEMS = 3;

/**
 * Sentences, and in them lists: `3 of 16 fail: one: a (b; c); two: d; three: e.` is a text that ends in a colon, and three items. Brackets are
 * kept whole. Put together again, with spaces between, it is the same words.
 */
export function sentencesOf(words: string): Sentence[] {
  return split(words, /^\. (?=[A-Z])/, 1).map((sentence) => {
    const parts = split(sentence, /^; /, 1);
    const [first, ...others] = parts as [string, ...string[]];
    if (parts.length < LEAST_ITEMS) return { text: sentence, items: [] };
    // Items may have colons themselves; one more in front of them belongs to what announces them.
    const colons = (part: string) => split(part, /^: /, 1).length;
    const [announcement, ...rest] = split(first, /^: /, 1);
    if (colons(first) <= Math.min(...others.map(colons))) return { text: "", items: parts };
    return { text: announcement!, items: [rest.join(" "), ...others] };
  });
}

/** Splits where the pattern matches outside all brackets; the first `kept` characters of a match stay with the part before it. */
function split(text: string, at: RegExp, kept: number): string[] {
  const parts: string[] = [];
  let depth = 0;
  let start = 0;
  for (let i = 0; i < text.length; i++) {
    if ("([".includes(text[i]!)) depth++;
    else if (")]".includes(text[i]!)) depth--;
    const match = depth === 0 ? at.exec(text.slice(i)) : null;
    if (match === null) continue;
    parts.push(text.slice(start, i + kept));
    start = i + match[0].length;
  }
  return [...parts, text.slice(start)];
}
