import { expect, expectTypeOf, test } from "vitest";
import {
  choice,
  number,
  orAbsent,
  orNull,
  type RowIn,
  rowTable,
  text,
  truth,
} from "../../../src/lab/results/row-table.ts";
import { TableError, toCsv } from "../../../src/lab/results/table.ts";

const tosses = rowTable("Tosses of coins", {
  coin: text("name of the coin"),
  side: choice(["heads", "tails"], "what came up"),
  flightMs: number("milliseconds", "time in the air"),
  caught: truth("whether somebody caught it"),
  heightMetres: orNull(number("metres", "how high; empty where nobody looked")),
  remark: orAbsent(text("anything else")),
});
type Toss = RowIn<typeof tosses>;

test("columns give the row its type", () => {
  expectTypeOf<Toss["coin"]>().toEqualTypeOf<string>();
  expectTypeOf<Toss["side"]>().toEqualTypeOf<"heads" | "tails">();
  expectTypeOf<Toss["caught"]>().toEqualTypeOf<boolean>();
  expectTypeOf<Toss["heightMetres"]>().toEqualTypeOf<number | null>();
  expectTypeOf<Omit<Toss, "remark">>().toExtend<Omit<Toss, "remark"> & { readonly remark?: string }>();
});

test("and the file its columns, as they are declared and in that order; rows come back as they were", () => {
  const rows: Toss[] = [
    { coin: "a penny", side: "heads", flightMs: 812.5, caught: true, heightMetres: null, remark: "windy" },
    { coin: "a crown", side: "tails", flightMs: 700, caught: false, heightMetres: 1.5 },
  ];
  const table = tosses.table(rows);
  expect(table).toMatchObject({ file: "rows.csv", caption: "Tosses of coins" });
  expect(table.columns[2]).toEqual({
    name: "flightMs",
    type: "number",
    unit: "milliseconds",
    description: "time in the air",
  });
  // What only the compiler needs to know is in no file.
  expect(table.columns.at(-1)).toEqual({ name: "remark", type: "text", unit: null, description: "anything else" });
  const csv = toCsv(table);
  expect(csv.split("\n")[0]).toBe("coin,side,flightMs,caught,heightMetres,remark");
  expect(tosses.read(csv)).toEqual(rows);
});

test("rows of another schema are refused", () => {
  expect(() => tosses.read("coin,side\na,heads\n")).toThrow(TableError);
});
