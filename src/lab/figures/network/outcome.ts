import { claimC13 } from "../../claims/c13-redundancy.ts";
import { claimC14 } from "../../claims/c14-chain-load.ts";
import type { ExperimentOutcome } from "../../results/outcome.ts";
import { endsOf, playedSchedulings } from "./cells.ts";
import { earningsOverTime } from "./earnings-over-time.ts";
import { fateOfPaidJobs } from "./fate-of-paid-jobs.ts";
import { type NetworkRow, networkRowsTable } from "./measurement.ts";
import { priceOfScheduling } from "./price-of-scheduling.ts";
import { accountsOf, networkOf } from "./summary.ts";

/** What the accounts of an experiment of kind `network` say: verdicts on C13 and C14, three figures, the rows, accounts to read. */
export function networkOutcome(rows: readonly NetworkRow[]): ExperimentOutcome {
  const cells = endsOf(rows);
  return {
    title: "A mixed network: who earns, who is caught, what redundant work costs",
    verdicts: [claimC13(cells), claimC14(cells)].filter((verdict) => verdict !== undefined),
    figures: [earningsOverTime(rows), fateOfPaidJobs(cells), priceOfScheduling(cells)],
    tables: [networkRowsTable(rows)],
    digests: [
      networkOf(cells),
      ...playedSchedulings(rows).map((scheduling) =>
        accountsOf(cells.filter((cell) => cell.scheduling === scheduling)),
      ),
    ],
  };
}
