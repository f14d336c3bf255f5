import { type JoinedRuns, joinedRun } from "../../src/lab/by-machine/joined.ts";
import { readable } from "../../src/lab/by-machine/runs-by-machine.ts";
import { inWords } from "../../src/lab/format.ts";
import type { FoundRun } from "../../src/lab/results/list-runs.ts";
import { claimC5On, claimC6On } from "./claims/measured-machine.ts";
import { costByMachine, energyByMachine } from "./figures/cost-by-machine.ts";
import { publishedTokenCost } from "./published-cost.ts";
import { type TokenCostRow, tokenCostRowTable } from "./rows.ts";

/** The circumstances of the published figure; every other one is in the runs' own figures. */
const SHOWN = {
  batch: 1,
  promptTokens: 100,
  outputTokens: 1000,
  usdPerKwh: publishedTokenCost.usdPerKwh,
  utilisation: 1,
  nodesPerJob: 1,
  verifiedShare: 0,
} as const satisfies Partial<TokenCostRow>;

/**
 * Energy and price of 1000 tokens on calibrated machines, beside the published ones: C5 and C6. Which machine it was stands in the rows: the one
 * that did the arithmetic does not matter.
 */
export function joinTokenCost(found: readonly FoundRun[]): JoinedRuns {
  const runs = found
    .filter(({ manifest }) => manifest.experiment.kind === "token-cost" && manifest.partial === undefined)
    .filter(({ manifest }) => manifest.experiment.combinations === undefined)
    .toSorted((a, b) => (a.manifest.startedAt > b.manifest.startedAt ? -1 : 1));
  const excluded: string[] = [];
  const newest = new Map<string, { readonly row: TokenCostRow; readonly run: FoundRun }>();
  const others: string[] = [];
  const elsewhere = new Map<string, string>();
  const rowsOf = (csv: string) => tokenCostRowTable.read(csv);
  for (const { folder, manifest, rows } of readable(runs, rowsOf, excluded))
    for (const [name, own] of Map.groupBy(rows, ({ machine, model }) => `${machine}: ${model}`)) {
      const row = own.find((each) =>
        Object.entries(SHOWN).every(([key, value]) => each[key as keyof TokenCostRow] === value),
      );
      if (row === undefined) elsewhere.set(name, folder);
      else if (!newest.has(name)) newest.set(name, { row, run: { folder, manifest } });
      else if (row.decodeTokensPerSecond !== newest.get(name)!.row.decodeTokensPerSecond)
        others.push(
          `${folder} (${name}): an older calibration of that name, ${inWords(row.decodeTokensPerSecond)} tokens/s; if it is another machine, calibrate it with a --name of its own`,
        );
    }
  const measured = [...newest.values()]
    .filter(({ row }) => row.basis === "measured")
    .toSorted((a, b) => (a.row.machine < b.row.machine ? -1 : 1));
  const published = [...newest.values()].filter(({ row }) => row.basis === "published");
  const nowhere = { kind: "token-cost", machines: [], figures: [], verdicts: [] } as const;
  if (measured.length < 2) return { ...nowhere, excluded };
  return {
    kind: "token-cost",
    machines: measured.map(({ row, run }) => ({
      name: row.machine,
      description: `${row.what}, ${inWords(row.watts)} W, ${row.model}`,
      runs: [joinedRun(run.folder, run.manifest)],
    })),
    figures: [energyByMachine, costByMachine].map((figure) =>
      figure([...measured, ...published].map(({ row }) => row)),
    ),
    verdicts: measured.flatMap(({ row, run }) =>
      [claimC5On(row), claimC6On(row)].map((verdict) => ({ ...verdict, machine: row.machine, run: run.folder })),
    ),
    excluded: [
      ...excluded,
      ...others,
      ...[...elsewhere]
        .filter(([name]) => !newest.has(name))
        .map(
          ([name, folder]) =>
            `${folder} (${name}): no row for one sequence of ${SHOWN.outputTokens} tokens after ${SHOWN.promptTokens} at $${SHOWN.usdPerKwh} a kWh, always busy`,
        ),
    ],
  };
}
