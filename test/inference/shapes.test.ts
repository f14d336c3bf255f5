import { expect, test } from "vitest";
import {
  llamaTensors,
  namedShapes,
  parameterCount,
  type ShapeName,
  shapeProblems,
} from "../../src/inference/shapes.ts";

test("parameter counts are the published ones", () => {
  // Llama 2 (arXiv:2307.09288) checkpoints and TinyLlama 1.1B (arXiv:2401.02385), counted weight by weight.
  expect(parameterCount(namedShapes["7b"])).toBe(6_738_415_616);
  expect(parameterCount(namedShapes["13b"])).toBe(13_015_864_320);
  expect(parameterCount(namedShapes["70b"])).toBe(68_976_648_192);
  expect(parameterCount(namedShapes["1b"])).toBe(1_100_048_384);
});

test("100m means what it says", () => {
  expect(parameterCount(namedShapes["100m"]) / 1e6).toBeCloseTo(100, -1);
  expect(parameterCount(namedShapes["10m"]) / 1e6).toBeCloseTo(10, 0);
});

test("every named shape can be loaded in every format", () => {
  for (const name of Object.keys(namedShapes) as ShapeName[])
    expect([name, shapeProblems(namedShapes[name])]).toEqual([name, []]);
});

test("seven matrices and two norms a layer, and three tensors around them", () => {
  const names = llamaTensors(namedShapes.tiny).map(({ name }) => name);
  expect(names.length).toBe(9 * namedShapes.tiny.layers + 3);
  expect(new Set(names).size).toBe(names.length);
});

test("each impossible shape is named", () => {
  const problems = (change: object) => shapeProblems({ ...namedShapes.tiny, ...change }).join("; ");
  expect(problems({ embedding: 100 })).toContain("embedding: 100 is not a multiple of 32");
  expect(problems({ feedForward: 100 })).toContain("feedForward: 100 is not a multiple of 32");
  expect(problems({ heads: 3 })).toContain("heads: 3 do not divide");
  expect(problems({ heads: 64, kvHeads: 64 })).toContain("odd");
  expect(problems({ kvHeads: 3 })).toContain("kvHeads: 3 do not divide");
  expect(problems({ vocabularyTokens: 100 })).toContain("vocabularyTokens: 100 is below 260");
  expect(problems({ layers: 0 })).toContain("layers: expected a whole number from 1");
  expect(problems({ layers: 1.5 })).toContain("found 1.5");
  expect(problems({ layers: 513 })).toContain("layers: 513");
});
