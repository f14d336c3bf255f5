import fc from "fast-check";
import { expect, test } from "vitest";
import { placeEndLabels } from "../../../src/lab/charts/end-labels.ts";

const axis = { domain: [1, 1000], heightPx: 300 } as const;
const px = (value: number) => 100 * Math.log10(value);

test("names far apart stay at their lines' ends", () => {
  const places = placeEndLabels(
    [
      { series: "a", value: 10 },
      { series: "b", value: 100 },
    ],
    axis,
    12,
  );
  expect([...places]).toEqual([
    ["a", expect.closeTo(10, 9)],
    ["b", expect.closeTo(100, 9)],
  ]);
});

test("two names at one place part evenly", () => {
  const places = placeEndLabels(
    [
      { series: "a", value: 10 },
      { series: "b", value: 10 },
    ],
    axis,
    12,
  );
  expect(px(places.get("a")!)).toBeCloseTo(94, 9);
  expect(px(places.get("b")!)).toBeCloseTo(106, 9);
});

test("whatever the ends, names keep their order and their distance", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 1, max: 1000, noNaN: true }), { minLength: 1, maxLength: 9 }), (values) => {
      const ends = values.map((value, i) => ({ series: `s${i}`, value }));
      const places = placeEndLabels(ends, axis, 12);
      const placed = [...ends].sort((a, b) => a.value - b.value).map(({ series }) => px(places.get(series)!));
      placed.slice(1).forEach((place, i) => {
        expect(place - placed[i]!).toBeGreaterThan(12 - 1e-6);
      });
    }),
  );
});
