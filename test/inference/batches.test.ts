import fc from "fast-check";
import { expect, test } from "vitest";
import { type Call, planReading } from "../../src/inference/batches.ts";

const shapes = fc
  .record({ rows: fc.integer({ min: 1, max: 8 }), factor: fc.integer({ min: 2, max: 9 }) })
  .map(({ rows, factor }) => ({ rows, batchRows: rows * factor }));

const feeds = fc
  .uniqueArray(fc.nat(9), { minLength: 1, maxLength: 6 })
  .chain((slots) =>
    fc.tuple(
      ...slots.map((slot) =>
        fc.record({
          slot: fc.constant(slot),
          tokens: fc.array(fc.nat(99), { minLength: 1, maxLength: 90 }),
          picked: fc.array(fc.nat(89), { maxLength: 5 }),
        }),
      ),
    ),
  )
  .map((made) =>
    made.map(({ slot, tokens, picked }) => ({
      slot,
      tokens,
      asked: [...new Set(picked.filter((index) => index < tokens.length))].sort((a, b) => a - b),
    })),
  );

test("every call is one batch of a shape that was measured, and all calls together read every text once, in order", () => {
  fc.assert(
    fc.property(feeds, shapes, (texts, shape) => {
      const calls = planReading(texts, shape);
      const read = texts.map((): number[] => []);
      const answered = texts.map((): number[] => []);
      for (const call of calls) {
        const lengths = call.parts.map(({ from, to, padding }) => to - from + padding);
        expect(new Set(lengths).size).toBe(1);
        expect(call.rows).toBe(lengths.length * lengths[0]!);
        expect(call.rows).toBeLessThanOrEqual(shape.batchRows);
        expect(lengths[0]!).toBeGreaterThanOrEqual(shape.rows);
        const slots = call.parts.map(({ feed }) => texts[feed]!.slot);
        expect(slots).toEqual(slots.map((_, i) => slots[0]! + i));
        for (const { feed, from, to } of call.parts) {
          expect(from).toBe(read[feed]!.length);
          read[feed]!.push(...texts[feed]!.tokens.slice(from, to));
        }
        expectOutputs(call, shape.rows, answered);
      }
      expect(read).toEqual(texts.map(({ tokens }) => tokens));
      expect(answered).toEqual(texts.map(({ asked }) => asked));
    }),
  );
});

function expectOutputs({ parts, outputs, rows }: Call, least: number, answered: number[][]): void {
  if (outputs.length > 0) expect(outputs.length).toBeGreaterThanOrEqual(Math.min(least, rows));
  expect(outputs.map(({ row }) => row)).toEqual([...new Set(outputs.map(({ row }) => row))].sort((a, b) => a - b));
  const length = rows / parts.length;
  for (const { row, feed, index } of outputs) {
    if (feed === null) continue;
    const part = parts[Math.floor(row / length)]!;
    expect([part.feed, part.from + (row % length)]).toEqual([feed, index]);
    answered[feed]!.push(index);
  }
}

test("a text that fills a batch but for less than its least rows leaves no stretch that is shorter", () => {
  const tokens = Array.from({ length: 129 }, (_, i) => i);
  const calls = planReading([{ slot: 0, tokens, asked: [128] }], { rows: 4, batchRows: 128 });
  expect(calls.map(({ rows }) => rows)).toEqual([125, 4]);
  expect(calls.map(({ outputs }) => outputs.map(({ row }) => row))).toEqual([[], [0, 1, 2, 3]]);
});
