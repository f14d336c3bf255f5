import { expect, test } from "vitest";
import { remembered, rememberedText } from "../../src/protocol/memo.ts";

test("the function is asked once for an object, also when it has nothing to say", () => {
  const asked: object[] = [];
  const name = remembered((thing: { name?: string }) => {
    asked.push(thing);
    return thing.name;
  });
  const [camel, nameless] = [{ name: "camel" }, {}];
  expect([name(camel), name(nameless), name(camel), name(nameless)]).toEqual(["camel", undefined, "camel", undefined]);
  expect(asked).toEqual([camel, nameless]);
});

test("objects of equal content are different objects", () => {
  const size = remembered((list: readonly number[]) => ({ size: list.length }));
  const list = [1, 2];
  expect(size(list)).toBe(size(list));
  expect(size([1, 2])).not.toBe(size(list));
});

test("whoever made the thing can say what the function would", () => {
  const twice = remembered(({ of }: { of: number }) => 2 * of);
  const [known, unknown] = [{ of: 2 }, { of: 2 }];
  twice.know(known, 5);
  expect([twice(known), twice(unknown)]).toEqual([5, 4]);
});

test("the last texts are remembered, however many there are", () => {
  const asked: string[] = [];
  const shout = rememberedText(2, (text) => {
    asked.push(text);
    return text.toUpperCase();
  });
  expect(["a", "b", "a", "c", "c", "a"].map(shout)).toEqual(["A", "B", "A", "C", "C", "A"]);
  expect(asked).toEqual(["a", "b", "c", "a"]);
});
