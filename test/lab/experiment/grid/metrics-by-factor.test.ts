import { expect, test } from "vitest";
import { metricsByFactor } from "../../../../src/lab/experiment/grid/metrics-by-factor.ts";

test("a factor of one value is on no axis and in no legend", () => {
  const combinations = [1, 2, 3].flatMap((hours) => [{ loss: 0, hours, down: "x" }]);
  const means = combinations.map((values) => ({
    values,
    part: "all",
    metric: "waited",
    unit: "seconds",
    replications: 1,
    mean: 10 * values.hours,
    low: null,
    high: null,
  }));
  const figure = metricsByFactor(means, combinations)!;
  expect(figure.title).toBe("What changes with hours");
  const drawn = JSON.stringify(figure.spec(700));
  expect(drawn).toContain('"title":"hours"');
  expect(drawn).not.toMatch(/"(loss|down)/);
});
