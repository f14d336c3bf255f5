/** Numbers as the laboratory's sentences, tables and figures say them. */

/** Three significant digits, to the unit from 1000 on, no trailing zeros: 0.333, 11.1, 1061. */
export function inWords(value: number): string {
  return Math.abs(value) >= 1000 ? Math.round(value).toString() : rounded(value, 3).toString();
}

/** A share, 0 to 1, as `33.3 %`. */
export function percent(share: number): string {
  return `${inWords(100 * share)} %`;
}

/** To so many significant digits. */
export function rounded(value: number, digits = 3): number {
  return Number(value.toPrecision(digits));
}
