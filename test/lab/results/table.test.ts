import { describe, expect, test } from "vitest";
import { type Column, fromCsv, toCsv } from "../../../src/lab/results/table.ts";

const columns: readonly Column[] = [
  { name: "model", type: "text", unit: null, description: "name" },
  { name: "wallMs", type: "number", unit: "milliseconds", description: "time" },
  { name: "accepted", type: "boolean", unit: null, description: "verdict" },
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

describe("a table read back", () => {
  const table = { file: "rows.csv", caption: "rows", columns };
  const readBack = (text: string) => fromCsv<Record<string, unknown>>(text, table);

  test("gives the same rows: text stays text, numbers to the last digit, absent stays absent", () => {
    const rows = [
      { model: 'a "b", c\nd', wallMs: 0.1 + 0.2, accepted: false },
      { model: "100", wallMs: 1e-7, accepted: null },
      { wallMs: null, accepted: true },
    ];
    expect(readBack(csv(...rows))).toEqual(rows);
  });

  test("refuses other columns, and a cell of the wrong type, naming its place", () => {
    expect(() => readBack("model,wallMs\na,1\n")).toThrow(
      "rows.csv: expected the columns model,wallMs,accepted; found",
    );
    expect(() => readBack("model,wallMs,accepted\na,1,true\nb,fast,true\n")).toThrow(
      "rows.csv row 1, wallMs: expected a number, found fast",
    );
  });
});
