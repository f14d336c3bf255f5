import { describe, expect, test } from "vitest";
import { regionalLinks, regionsByShare } from "../../../src/sim/network/links.ts";
import {
  DOWNLOAD_BITS_PER_SECOND,
  MEAN_LATENCY_MS,
  NODE_SHARE,
  REGIONS,
  UPLOAD_BITS_PER_SECOND,
} from "../../../src/sim/network/regions.ts";
import { Streams } from "../../../src/sim/streams.ts";

describe("the published regions", () => {
  test("have a symmetric table of latencies, shares that make a whole, and a bandwidth each", () => {
    for (const [row, latencies] of MEAN_LATENCY_MS.entries()) {
      for (const [column, latency] of latencies.entries()) expect(latency).toBe(MEAN_LATENCY_MS[column]![row]);
    }
    expect(NODE_SHARE.reduce((sum, share) => sum + share, 0)).toBeCloseTo(1, 10);
    for (const table of [MEAN_LATENCY_MS, NODE_SHARE, DOWNLOAD_BITS_PER_SECOND, UPLOAD_BITS_PER_SECOND]) {
      expect(table.length).toBe(REGIONS.length);
    }
  });

  test("nodes are spread over them by share, each by its own draw", () => {
    const regionOf = regionsByShare(new Streams("regions"));
    const count = 5000;
    const regions = Array.from({ length: count }, (_, node) => regionOf(node));
    for (const [index, region] of REGIONS.entries()) {
      const share = NODE_SHARE[index]!;
      const seen = regions.filter((each) => each === region).length / count;
      expect(Math.abs(seen - share)).toBeLessThan(4 * Math.sqrt((share * (1 - share)) / count));
    }
    expect(regionOf(17)).toBe(regions[17]);
  });
});

describe("regional links", () => {
  const betweenEuropeAndJapan = (node: number) => (node % 2 === 0 ? "europe" : "japan");

  test("have the published mean and the least latency, the same in both directions", () => {
    const model = regionalLinks(betweenEuropeAndJapan, new Streams("links"));
    const count = 4000;
    const latencies = Array.from({ length: count }, (_, pair) => model(2 * pair, 2 * pair + 1).latencyUs / 1000);
    // Pareto of shape a and scale s has variance s^2 a / ((a - 1)^2 (a - 2)).
    const [scale, shape] = [252 - 5, 252 / 5];
    const standardError = Math.sqrt((scale ** 2 * shape) / ((shape - 1) ** 2 * (shape - 2)) / count);
    const mean = latencies.reduce((sum, latency) => sum + latency, 0) / count;
    expect(Math.abs(mean - 252)).toBeLessThan(4 * standardError);
    expect(Math.min(...latencies)).toBeGreaterThanOrEqual(scale);
    expect(model(3, 8).latencyUs).toBe(model(8, 3).latencyUs);
  });

  test("are as fast as the sender uploads and the receiver downloads", () => {
    const model = regionalLinks(betweenEuropeAndJapan, new Streams("links"));
    expect(model(0, 1).bitsPerSecond).toBe(20.7e6);
    expect(model(1, 0).bitsPerSecond).toBe(10.2e6);
  });
});
