import { describe, expect, test } from "vitest";
import { ratioByTokens } from "../../../experiments/figure-1/figures/ratio-by-tokens.ts";
import { timeByTokens } from "../../../experiments/figure-1/figures/time-by-tokens.ts";
import { cyclingDraws, largerModel, madeUpRows, smallModel } from "../../../experiments/figure-1/sample.ts";
import { summarizeFigure1 } from "../../../experiments/figure-1/summary.ts";
import { publishedFigure1, publishedRatio } from "../../../experiments/shared/published-figure-1.ts";
import { drawFigure, rasterize } from "../../../src/lab/charts/figure.ts";

const summary = summarizeFigure1(madeUpRows([smallModel, largerModel]), cyclingDraws);
const figures = [timeByTokens(summary), ratioByTokens(summary)];

describe.each(figures.map((figure) => [figure.name, figure] as const))("%s", (_name, figure) => {
  test.each([640, 360])(
    "compiles at %i px without a warning, into a picture that is not empty and not wider",
    async (width) => {
      const { svg, warnings } = await drawFigure(figure, width);
      expect(warnings).toEqual([]);
      expect(Number(/width="([\d.]+)"/.exec(svg)![1])).toBeLessThanOrEqual(width + 24);
      expect(rasterize(svg).length).toBeGreaterThan(20_000);
    },
  );

  test("names every line, the source, and one panel per model", async () => {
    const { svg } = await drawFigure(figure);
    for (const text of [
      "small",
      "larger",
      "prototype",
      "prefix-sharing",
      "concurrent",
      "one-pass",
      "published",
      "§2.5.4",
    ]) {
      expect(svg).toContain(text);
    }
    expect(figure.description).toContain("At 1000 tokens");
  });

  test("is drawn twice with the same bytes", async () => {
    expect((await drawFigure(figure)).svg).toBe((await drawFigure(figure)).svg);
  });
});

describe("the specifications", () => {
  interface Point {
    role: string;
    panel: string;
    series: string;
    x: number;
    y: number;
    low: number;
    high: number;
    borrowed: boolean;
  }
  const pointsOf = (spec: object) =>
    (spec as { data: { values: Point[] } }).data.values.filter(({ role }) => role === "point");

  test("hold each median with its interval, on logarithmic axes, nothing but the compared forms", () => {
    const spec = figures[0]!.spec(640);
    const measured = pointsOf(spec).filter(({ borrowed }) => !borrowed);
    expect(measured).toHaveLength(2 * 9 * 5);
    const cell = summary.find(
      ({ model, form, outputTokens }) => model === "larger" && form === "one-pass" && outputTokens === 250,
    )!;
    expect(
      measured.find(({ panel, series, x }) => panel === "larger" && series === "one-pass" && x === 250),
    ).toMatchObject({
      y: cell.medianMs,
      low: cell.lowMs,
      high: cell.highMs,
    });
    expect(spec).toMatchObject({
      facet: { field: "panel" },
      spec: {
        encoding: { x: { scale: { type: "log" } }, y: { scale: { type: "log" }, axis: { title: "time (ms)" } } },
      },
    });
  });

  test("carry the published bars with their reading error, marked as borrowed", () => {
    const published = pointsOf(figures[0]!.spec(640)).filter(({ borrowed }) => borrowed);
    expect(published).toHaveLength(2 * 2 * publishedFigure1.times.length);
    expect(published).toContainEqual(
      expect.objectContaining({ series: "published verify", x: 1000, y: 4440, low: 4323, high: 4557 }),
    );
    const ratios = pointsOf(figures[1]!.spec(640)).filter(({ borrowed }) => borrowed);
    expect(ratios.find(({ x }) => x === 1000)!.y).toBeCloseTo(49470 / 4440, 12);
  });

  test("draw break-even at 1 and shade what lies under it", () => {
    const { spec } = figures[1]!.spec(640) as unknown as { spec: { layer: { mark: { type: string } }[] } };
    expect(spec.layer.slice(0, 2).map(({ mark }) => mark.type)).toEqual(["rect", "rule"]);
  });
});

test("the published ratio at 1000 tokens is 11.1, and its reading error leaves 10.8 to 11.5", () => {
  const { value, low, high } = publishedRatio(publishedFigure1.times.at(-1)!);
  expect([value, low, high].map((ratio) => ratio.toFixed(1))).toEqual(["11.1", "10.8", "11.5"]);
});
