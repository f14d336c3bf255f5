import { expect, test } from "vitest";
import { type AttackRow, attackRowsTable } from "../../experiments/attack/rows.ts";
import { breakEvenRows } from "../../experiments/break-even/model.ts";
import { type BreakEvenRow, breakEvenRowsTable } from "../../experiments/break-even/rows.ts";
import { type DisputeRow, disputeRowsTable } from "../../experiments/disputes/rows.ts";
import { type Figure1Row, figure1RowsTable } from "../../experiments/figure-1/rows.ts";
import { experimentKinds } from "../../experiments/index.ts";
import { type NetworkRow, networkRowsTable } from "../../experiments/network/rows.ts";
import { type OutsourcedRow, outsourcedRowsTable } from "../../experiments/outsourced/rows.ts";
import { checkRows } from "../../experiments/population/checks.ts";
import { restingRows } from "../../experiments/population/grid.ts";
import { type PopulationRow, populationRowsTable } from "../../experiments/population/rows.ts";
import { frontierRows } from "../../experiments/security-frontier/model.ts";
import { type FrontierRow, frontierRowsTable } from "../../experiments/security-frontier/rows.ts";
import { type TokenCostRow, tokenCostRowsTable } from "../../experiments/token-cost/rows.ts";
import { type CostRow, costRowsTable } from "../../experiments/verification-cost/rows.ts";
import { dilemmaRows } from "../../experiments/verifiers-dilemma/model.ts";
import { type DilemmaRow, dilemmaRowsTable } from "../../experiments/verifiers-dilemma/rows.ts";
import { type WhereRow, whereRowsTable } from "../../experiments/where-it-fails/rows.ts";
import { prototypeHardware } from "../../src/actors/hardware-profile.ts";
import { drawFigure } from "../../src/lab/charts/figure.ts";
import { type Comparison, compareRuns } from "../../src/lab/compare/compare.ts";
import { differencesFigure } from "../../src/lab/compare/differences-figure.ts";
import { designText } from "../../src/lab/compare/in-words.ts";
import { readExperiment } from "../../src/lab/experiment/file.ts";
import { gridRowsTable } from "../../src/lab/experiment/grid/rows.ts";
import type { StoredRun } from "../../src/lab/results/read-run.ts";
import { type Table, toCsv } from "../../src/lab/results/table.ts";
import { madeUpRows as madeUpAttacks } from "./attack/made-up-rows.ts";
import { madeUpDisputes } from "./disputes/made-up-rows.ts";
import {
  dilemmaSettings,
  rows as playedRows,
  plays,
  populationSettings,
  shortcut,
  simulated,
  terms,
} from "./economics/made-up-plays.ts";
import { madeUpRows as madeUpTimes, smallModel } from "./figure-1/made-up-rows.ts";
import { madeUpRows as madeUpNetwork } from "./network/made-up-rows.ts";
import { storedRun } from "./network/small-networks.ts";
import { madeUpOutsourced } from "./outsourced/made-up-rows.ts";
import { madeUpCosts, small } from "./verification-cost/made-up-rows.ts";
import { madeUpWhere } from "./where-it-fails/made-up-rows.ts";

/** Rows of a kind, one change that a rule could make in them, and the metrics that must tell. */
interface Sample {
  readonly before: Table;
  readonly after: Table;
  readonly tells: readonly string[];
}

function sample<Row extends object>(
  table: (rows: readonly Row[]) => Table,
  rows: readonly Row[],
  change: (row: Row) => Partial<Row>,
  tells: readonly string[],
): Sample {
  return { before: table(rows), after: table(rows.map((row) => ({ ...row, ...change(row) }))), tells };
}

const attacks = sample<AttackRow>(
  attackRowsTable,
  madeUpAttacks,
  ({ accept }) => ({ accept: Object.fromEntries(Object.keys(accept).map((scheme) => [scheme, 0.125])) }),
  ["acceptance"],
);
const samples: Readonly<Record<string, () => Sample | Promise<Sample>>> = {
  "break-even": () =>
    sample<BreakEvenRow>(
      breakEvenRowsTable,
      breakEvenRows(plays, terms as never),
      ({ profit }) => ({ profit: profit + 1 }),
      ["profit"],
    ),
  "cross-hardware": () => attacks,
  detection: () => attacks,
  disputes: () =>
    sample<DisputeRow>(
      disputeRowsTable,
      madeUpDisputes(),
      ({ bytes, innocentLoses }) => ({ bytes: 3 * bytes + 1, innocentLoses: !innocentLoses }),
      ["bytes", "innocentLoses"],
    ),
  "false-accept": () => attacks,
  "false-reject": () => attacks,
  "figure-1": () =>
    sample<Figure1Row>(
      figure1RowsTable,
      madeUpTimes([smallModel]),
      ({ decodedTokens }) => ({ decodedTokens: decodedTokens + 1 }),
      ["decodedTokens"],
    ),
  network: () =>
    sample<NetworkRow>(
      networkRowsTable,
      madeUpNetwork(),
      ({ bytes }) => ({ bytes: bytes === null ? null : 2 * bytes }),
      ["bytes"],
    ),
  outsourced: () =>
    sample<OutsourcedRow>(
      outsourcedRowsTable,
      madeUpOutsourced(),
      ({ exactAcceptance }) => ({ exactAcceptance: exactAcceptance === null ? null : exactAcceptance / 2 + 0.1 }),
      ["acceptance"],
    ),
  population: () =>
    sample<PopulationRow>(
      populationRowsTable,
      [
        ...restingRows(plays[0]!, populationSettings as never),
        ...checkRows(simulated, plays[0]!, populationSettings as never, 0.001),
      ],
      ({ cheatShare }) => ({ cheatShare: cheatShare === null ? null : cheatShare / 2 }),
      ["cheatShare"],
    ),
  "security-frontier": () =>
    sample<FrontierRow>(
      frontierRowsTable,
      frontierRows(plays, playedRows, terms, prototypeHardware([{ root: "t", bytes: 100 }]), "t"),
      () => ({ leastVerifiedShare: null }),
      ["secured", "leastVerifiedShare"],
    ),
  "token-cost": async () => {
    const schemas = { "token-cost": experimentKinds["token-cost"]!.settings };
    const environment = { resultsFolder: "unused", signal: new AbortController().signal, onProgress: () => {} };
    const { outcome } = await experimentKinds["token-cost"]!.run(
      readExperiment("experiments/token-cost/token-cost.yaml", schemas),
      environment,
    );
    const rows = outcome.tables[0]!.rows as TokenCostRow[];
    return sample<TokenCostRow>(
      tokenCostRowsTable,
      rows,
      ({ machine, usdPer1000Tokens: usd }) => (machine === rows[0]!.machine ? { usdPer1000Tokens: 1.01 * usd } : {}),
      ["usdPer1000Tokens"],
    );
  },
  "verification-cost": () =>
    sample<CostRow>(costRowsTable, madeUpCosts([small]), ({ wallMs }) => ({ wallMs: 2 * wallMs }), ["wallMs"]),
  "verifiers-dilemma": () =>
    sample<DilemmaRow>(
      dilemmaRowsTable,
      dilemmaRows(dilemmaSettings as never, [shortcut]),
      ({ lazyGain }) => ({ lazyGain: lazyGain === null ? null : lazyGain - 1 }),
      ["lazyGain"],
    ),
  "where-it-fails": () =>
    sample<WhereRow>(whereRowsTable, madeUpWhere(), ({ positions }) => ({ inconsistent: positions }), [
      "inconsistentShare",
    ]),
};

function runOf(kind: string, table: Table, seed = "1"): StoredRun {
  const stored = storedRun([], seed);
  const experiment = { ...stored.manifest.experiment, kind };
  return { ...stored, manifest: { ...stored.manifest, experiment }, rowsCsv: toCsv(table) };
}

const kinds = Object.keys(experimentKinds);

test.each(kinds)(
  "a run of kind %s and itself are unchanged; with what a rule changed in it, that is told and drawn",
  async (kind) => {
    const { before, after, tells } = await samples[kind]!();
    const metrics = await experimentKinds[kind]!.metrics();
    const compare = (table: Table): Comparison => compareRuns(runOf(kind, before), runOf(kind, table), metrics);

    const same = compare(before);
    expect(same.verdict).toBe("unchanged");
    expect(new Set(same.metrics.map(({ id }) => id)).size).toBe(same.metrics.length);
    expect(same.metrics.length).toBeGreaterThan(0);

    const other = compare(after);
    // Few made-up replications may not be enough for a verdict; what is worked out needs none.
    const told = other.metrics.filter(({ verdict }) => verdict !== "unchanged");
    expect(new Set(told.map(({ name }) => name))).toEqual(new Set(tells));
    if (other.exact) expect(other.verdict).toBe("changed");
    for (const { reason } of other.metrics.filter(({ name }) => !tells.includes(name)))
      expect(reason).toMatch(/^identical/);

    for (const comparison of [same, other]) {
      const { warnings, svg } = await drawFigure(differencesFigure(comparison), 340);
      expect(warnings).toEqual([]);
      expect(svg).toContain("<path");
    }
  },
);

test("what is worked out is compared case by case: a difference has no interval, and none is too small", async () => {
  const { before, after } = await samples["token-cost"]!();
  const metrics = await experimentKinds["token-cost"]!.metrics();
  const {
    metrics: all,
    exact,
    ...comparison
  } = compareRuns(runOf("token-cost", before), runOf("token-cost", after), metrics);
  expect(exact).toBe(true);
  expect(designText({ ...comparison, metrics: all, exact })).toMatch(/^\d+ cases worked out on both sides$/);
  const [changed] = all.filter(({ verdict }) => verdict === "changed");
  expect(changed).toMatchObject({
    low: null,
    high: null,
    pChanged: null,
    reason: "differs, and follows from settings and seed",
  });

  // One case up, another down by as much: the mean stays, and it is a change all the same.
  const rows = before.rows as TokenCostRow[];
  const shifted = rows.map((row, i) => ({ ...row, joulesPer1000Tokens: row.joulesPer1000Tokens + ([1, -1][i] ?? 0) }));
  const there = compareRuns(runOf("token-cost", before), runOf("token-cost", tokenCostRowsTable(shifted)), metrics);
  expect(there.metrics.filter(({ verdict }) => verdict === "changed").map(({ name }) => name)).toEqual([
    "joulesPer1000Tokens",
  ]);
});

test("cases that only one side has are left out; without one in common, or under two seeds, it says what to do", async () => {
  const { before } = await samples["token-cost"]!();
  const rows = before.rows as TokenCostRow[];
  const metrics = await experimentKinds["token-cost"]!.metrics();
  const price = (usdPerKwh: number, seed = "1") =>
    runOf("token-cost", tokenCostRowsTable(rows.filter((row) => row.usdPerKwh === usdPerKwh)), seed);
  const some = compareRuns(runOf("token-cost", before), price(0.17), metrics);
  expect([some.verdict, some.replications.used]).toEqual(["unchanged", some.replications.b]);
  expect(some.replications.a).toBeGreaterThan(some.replications.b);
  expect(() => compareRuns(price(0.17), price(0.3), metrics)).toThrow(
    /have no case in common: each was worked out under other settings; give both some of the same$/,
  );
  expect(() => compareRuns(price(0.17), price(0.17, "2"), metrics)).toThrow(
    /is compared under one seed; give both the same$/,
  );
});

test("runs that vary settings are compared combination by combination", async () => {
  const { before, after } = await samples["token-cost"]!();
  const metrics = await experimentKinds["token-cost"]!.metrics();
  const varied = (second: Table): StoredRun => {
    const parts = [
      { values: { lifeYears: 3 }, rows: before },
      { values: { lifeYears: 5 }, rows: second },
    ];
    const table = gridRowsTable(parts);
    const run = runOf("token-cost", table);
    const { manifest } = run;
    return {
      ...run,
      manifest: {
        ...manifest,
        tables: { "rows.csv": table.columns },
        experiment: { ...manifest.experiment, combinations: parts.map(({ values }) => values) },
      },
    };
  };
  const { metrics: all } = compareRuns(varied(before), varied(after), metrics);
  const changed = all.filter(({ verdict }) => verdict === "changed").map(({ id }) => id);
  expect(changed.length).toBeGreaterThan(0);
  for (const id of changed) expect(id).toMatch(/^lifeYears=5\//);
  expect(all.some(({ id }) => id.startsWith("lifeYears=3/"))).toBe(true);
});
