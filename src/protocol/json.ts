/** JSON values as golden vectors hold them, and where two of them first differ. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Path of the first place where the values differ (`$` is the root), or null; the order of an object's keys is no difference. */
export function firstDifference(a: Json, b: Json, path = "$"): string | null {
  if (a === b) return null;
  if (Array.isArray(a) && Array.isArray(b)) {
    for (let i = 0; i < Math.max(a.length, b.length); i += 1) {
      if (i >= a.length || i >= b.length) return `${path}[${i}]`;
      const inside = firstDifference(a[i], b[i], `${path}[${i}]`);
      if (inside !== null) return inside;
    }
    return null;
  }
  if (!isObject(a) || !isObject(b)) return path;
  for (const key of new Set([...Object.keys(a), ...Object.keys(b)])) {
    if (!Object.hasOwn(a, key) || !Object.hasOwn(b, key)) return `${path}.${key}`;
    const inside = firstDifference(a[key]!, b[key]!, `${path}.${key}`);
    if (inside !== null) return inside;
  }
  return null;
}

function isObject(value: Json): value is { readonly [key: string]: Json } {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
