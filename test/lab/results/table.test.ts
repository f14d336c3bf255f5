import { describe, expect, test } from "vitest";
import { type Column, toCsv } from "../../../src/lab/results/table.ts";

const columns: readonly Column[] = [
  { name: "model", unit: null, description: "name" },
  { name: "wallMs", unit: "milliseconds", description: "time" },
  { name: "accepted", unit: null, description: "verdict" },
];
const csv = (...rows: object[]) => toCsv({ file: "rows.csv", caption: "rows", columns, rows });

describe("a table as CSV", () => {
  test("has a header, the columns in schema order, and numbers in full", () => {
    expect(csv({ wallMs: 0.1 + 0.2, model: "a", accepted: true })).toBe(
      "model,wallMs,accepted\na,0.30000000000000004,true\n",
    );
  });

  test("quotes commas, quotes and line breaks; absent values are empty", () => {
    expect(csv({ model: 'a "b", c\nd', wallMs: null })).toBe('model,wallMs,accepted\n"a ""b"", c\nd",,\n');
  });

  test("without rows still has its header", () => {
    expect(csv()).toBe("model,wallMs,accepted\n");
  });

  test("refuses a row that does not fit, naming file, row and column", () => {
    expect(() => csv({ model: "a" }, { wallms: 1 })).toThrow("rows.csv row 1: wallms is in no column");
    expect(() => csv({ wallMs: Number.NaN })).toThrow(
      "rows.csv row 0, wallMs: expected text or a finite number, found NaN",
    );
  });
});
