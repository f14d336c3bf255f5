/** Factors: settings that an experiment varies, each named by its path, over lists or ranges of values. */
import { z } from "zod";

export type FactorValue = z.core.util.JSONType;

const range = z
  .strictObject({
    from: z.number().describe("the first value"),
    to: z.number().describe("the last value, if the steps meet it"),
    step: z.number().gt(0).describe("from one value to the next"),
  })
  .refine(({ from, to }) => from <= to, "expected from to be at most to");

/** The keys of an experiment file that vary its settings, whatever its kind. */
export const factorKeys = {
  factors: z
    .record(z.string(), z.union([z.array(z.json()).min(1), range]).describe("a list of values, or {from, to, step}"))
    .nullish()
    .describe(
      "settings that are varied, by path: jobs.stakeRatio: [0.5, 1, 2], checkBudget: {from: 1, to: 9, step: 2}; null for none",
    ),
  combine: z
    .enum(["cartesian", "paired"])
    .default("cartesian")
    .describe(
      "cartesian: every value of each factor with every one of the others; paired: first with first, second with second",
    ),
};

export interface FactorSettings {
  readonly factors?: Readonly<Record<string, readonly FactorValue[] | z.output<typeof range>>> | null | undefined;
  readonly combine: "cartesian" | "paired";
}

/** One value for each factor, by path. */
export type FactorValues = Readonly<Record<string, FactorValue>>;

export interface FactorProblem {
  /** Within the block `factors`. */
  readonly factor: string;
  readonly message: string;
}

/** More would take longer to list than to think again. */
const mostCombinations = 10_000;

/** Every combination, the first factor changing most slowly; and what is wrong with the factors themselves. */
export function combinationsOf({ factors, combine }: FactorSettings): {
  readonly combinations: FactorValues[];
  readonly problems: FactorProblem[];
} {
  const lists = Object.entries(factors ?? {}).map(([path, given]) => ({
    path,
    values: Array.isArray(given) ? given : valuesOf(given as z.output<typeof range>),
  }));
  const problems = lists.flatMap(({ path, values }): FactorProblem[] => {
    const seen = new Set<string>();
    const twice = values.find((value) => seen.size === seen.add(JSON.stringify(value)).size);
    const above = lists.find((other) => other.path !== path && `${path}.`.startsWith(`${other.path}.`));
    return [
      ...(twice === undefined
        ? []
        : [{ factor: path, message: `${valueText(twice)} comes twice; give each value once` }]),
      ...(above === undefined
        ? []
        : [{ factor: path, message: `lies within ${above.path}, which is varied too; keep one` }]),
    ];
  });
  const [first] = lists;
  const uneven = lists.find(({ values }) => values.length !== first!.values.length);
  if (combine === "paired" && uneven !== undefined)
    problems.push({
      factor: uneven.path,
      message: `expected ${first!.values.length} values, as many as ${first!.path} has, found ${uneven.values.length}: they are paired`,
    });
  const count = combine === "paired" ? first?.values.length : lists.reduce((n, { values }) => n * values.length, 1);
  if ((count ?? 0) > mostCombinations)
    problems.push({ factor: first!.path, message: `too many combinations; expected at most ${mostCombinations}` });
  if (problems.length > 0) return { combinations: [], problems };
  const combinations =
    combine === "paired"
      ? (first?.values ?? []).map((_, i) => Object.fromEntries(lists.map(({ path, values }) => [path, values[i]!])))
      : lists.reduce<FactorValues[]>(
          (found, { path, values }) => found.flatMap((one) => values.map((value) => ({ ...one, [path]: value }))),
          [{}],
        );
  return { combinations, problems };
}

/** "jobs.stakeRatio=0.5, checkBudget=3". */
export function combinationName(values: FactorValues): string {
  return Object.entries(values)
    .map(([path, value]) => `${path}=${valueText(value)}`)
    .join(", ");
}

export function valueText(value: FactorValue): string {
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** 0.1 to 0.3 in steps of 0.1 gives 0.3, not 0.30000000000000004; nobody writes a step with more than 12 digits. */
function valuesOf({ from, to, step }: z.output<typeof range>): number[] {
  const count = Math.floor((to - from) / step + 1e-9) + 1;
  return Array.from({ length: Math.min(count, mostCombinations + 1) }, (_, i) =>
    Number((from + i * step).toPrecision(12)),
  );
}
