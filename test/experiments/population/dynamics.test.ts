import { expect, test } from "vitest";
import { earningsPerNodeHour, stationaryPopulation } from "../../../experiments/population/dynamics.ts";

const honest = { name: "honest", profitPerJob: 1, hoursPerJob: 1 };
const market = { jobsPerHour: 1000, nodes: 10, outsidePerHour: 0, openToEntry: false };

test("with more work than all can do, everybody is always busy", () => {
  const quick = { name: "quick", profitPerJob: 1, hoursPerJob: 0.25 };
  expect(earningsPerNodeHour([honest, quick], [0.5, 0.5], market)).toEqual([1, 4]);
});

test("with less work than that, jobs are served and no more, and quick nodes get a larger part of them", () => {
  const quick = { name: "quick", profitPerJob: 1, hoursPerJob: 0.25 };
  const [slow, fast] = earningsPerNodeHour([honest, quick], [0.5, 0.5], { jobsPerHour: 5, nodes: 10 });
  expect(5 * slow! + 5 * fast!).toBeCloseTo(5, 9);
  expect(fast!).toBeGreaterThan(slow!);
  // theta / (1 + theta t): the ratio of the two is (1 + theta) / (1 + theta / 4) for one theta.
  const theta = slow! / (1 - slow!);
  expect(fast! / slow!).toBeCloseTo((1 + theta) / (1 + theta / 4), 9);
});

test("a play that loses dies out, but for what exploration brings back", () => {
  const losing = { name: "losing", profitPerJob: -1, hoursPerJob: 0.1 };
  const rest = stationaryPopulation([honest, losing], market);
  expect(rest.converged).toBe(true);
  expect(rest.shares[0]).toBeGreaterThan(0.99);
  expect(rest.shares[0]! + rest.shares[1]!).toBeCloseTo(1, 12);
});

test("a play that earns more takes over", () => {
  const cheat = { name: "cheat", profitPerJob: 0.9, hoursPerJob: 0.2 };
  expect(stationaryPopulation([honest, cheat], market).shares[1]).toBeGreaterThan(0.99);
});

test("plays that earn the same keep their shares", () => {
  expect(stationaryPopulation([honest, { ...honest, name: "too" }], market).shares).toEqual([0.5, 0.5]);
});

test("nodes enter until the jobs, divided among them, earn what they could earn elsewhere", () => {
  // 100 jobs an hour, each earning 1, and 0.5 an hour elsewhere: room for 200.
  const rest = stationaryPopulation([honest], { jobsPerHour: 100, nodes: 10, outsidePerHour: 0.5, openToEntry: true });
  expect(rest.converged).toBe(true);
  expect(rest.nodes).toBeCloseTo(200, 1);
  expect(rest.earningsPerNodeHour[0]).toBeCloseTo(0.5, 3);
});

test("where nobody earns anything, everybody leaves", () => {
  const rest = stationaryPopulation([{ ...honest, profitPerJob: -1 }], { ...market, openToEntry: true });
  expect(rest.nodes).toBe(1);
});
