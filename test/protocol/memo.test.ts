import { expect, test } from "vitest";
import { remembered } from "../../src/protocol/memo.ts";

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
