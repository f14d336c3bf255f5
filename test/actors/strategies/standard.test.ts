/** The laboratory's choices: every one can be made, and nothing that exists is left out. */
import { expect, test } from "vitest";
import { chooseStrategy, strategies } from "../../../src/actors/strategies/index.ts";
import { honestBaseline, standardModels, standardStrategies } from "../../../src/actors/strategies/standard.ts";

test("every choice names a strategy, parameters that it takes, and models of the laboratory", () => {
  for (const choice of standardStrategies) {
    const { strategy, parameters } = chooseStrategy(choice);
    for (const model of strategy.models(parameters)) expect(standardModels).toContain(model);
  }
});

test("every strategy and every model is among them", () => {
  expect(new Set(standardStrategies.map(({ name }) => name))).toEqual(new Set(strategies.map(({ name }) => name)));
  const used = standardStrategies.flatMap((choice) => {
    const { strategy, parameters } = chooseStrategy(choice);
    return strategy.models(parameters);
  });
  expect(new Set(used)).toEqual(new Set(standardModels));
});

test("labels and filled-in parameters are distinct, so no two lines of a matrix are the same", () => {
  const labels = standardStrategies.map(({ label }) => label);
  const choices = standardStrategies.map((choice) => JSON.stringify([choice.name, chooseStrategy(choice).parameters]));
  expect(new Set(labels).size).toBe(labels.length);
  expect(new Set(choices).size).toBe(choices.length);
  expect(standardStrategies[0]).toBe(honestBaseline);
});
