/** JSON values as golden vectors hold them, and where two of them first differ. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/**
 * Path of the first place where the values differ (`$` is the root), or null; the order of an object's keys is no difference.
 * Undefined is what a missing part reads as: JSON itself has none.
 */
export function firstDifference(a: Json | undefined, b: Json | undefined, path = "$"): string | null {
  if (a === b) return null;
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
      const inside = firstDifference(a[i], b[i], `${path}[${i}]`);
      if (inside !== null) return inside;
    }
    return null;
  }
  if (!isObject(a) || !isObject(b)) return path;
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    const inside = firstDifference(a[key], b[key], `${path}.${key}`);
    if (inside !== null) return inside;
  }
  return null;
}

function isObject(value: Json | undefined): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
