import type { ExperimentReport } from "../../src/lab/results/experiment-report.ts";
import { byScheduling, endsOf } from "./cells.ts";
import { claimC13 } from "./claims/c13-redundancy.ts";
import { claimC14 } from "./claims/c14-chain-load.ts";
import { earningsOverTime } from "./figures/earnings-over-time.ts";
import { fateOfPaidJobs } from "./figures/fate-of-paid-jobs.ts";
import { priceOfScheduling } from "./figures/price-of-scheduling.ts";
import { type NetworkRow, networkRowTable } from "./rows.ts";
import { accountsOf, clientsOf, networkOf } from "./summary.ts";

/** What the accounts of an experiment of kind `network` say: verdicts on C13 and C14, three figures, the rows, accounts to read. */
export function analyseNetwork(rows: readonly NetworkRow[]): ExperimentReport {
  const cells = endsOf(rows);
  const played = byScheduling(cells);
  const populations = [...new Set(played.map(({ population }) => population))];
  // Earnings and fates are those of the mixed population, where one was played.
  const shown = populations[0]!;
  const own = played.filter(({ population }) => population === shown);
  return {
    title: "A mixed network: who earns, who is caught, what redundant work costs",
    verdicts: [
      ...populations.map((population) =>
        claimC13(
          cells.filter((cell) => cell.population === population),
          population,
        ),
      ),
      claimC14(cells.filter(({ population }) => population === shown)),
    ],
    figures: [
      earningsOverTime(rows.filter(({ population }) => population === shown)),
      fateOfPaidJobs(own.flatMap((group) => group.cells)),
      priceOfScheduling(cells),
    ],
    tables: [networkRowTable.table(rows)],
    summaries: [
      networkOf(played),
      ...own.map((group) => accountsOf(group.cells)),
      ...own.map((group) => clientsOf(group.cells)),
    ],
  };
}
