import { type ClaimVerdict, numberOf } from "../../../src/lab/claims/verdict.ts";
import { inWords } from "../../../src/lab/format.ts";
import { parameters } from "../../../src/protocol/parameters.ts";
import { meanOverRuns } from "../../../src/statistics/over-runs.ts";
import { type Cell, sumOf } from "../cells.ts";

const SUBJECT = "the chain without channels";

/**
 * C14: payment channels take load off the chain, millions of transactions an hour against thousands (blog, §5.3). A run without
 * channels shows the chain's side of it: how many jobs an hour full blocks can hold.
 */
export function claimC14(cells: readonly Cell[]): ClaimVerdict {
  const { maxBlockBytes, blockIntervalMs } = parameters("full");
  const settled = cells.filter(({ clients }) => sumOf(clients, "settled") > 0);
  if (settled.length === 0) {
    const sentence = "No payment reached a block in this run.";
    return { claim: "C14", subject: SUBJECT, verdict: "not decided", sentence };
  }
  const perJob = [...Map.groupBy(settled, ({ scheduling }) => scheduling)].map(([scheduling, own]) => {
    const bytes = meanOverRuns(own.map(({ network, clients }) => network.chainBytes! / sumOf(clients, "settled")));
    return { scheduling, bytes };
  });
  // A single run leaves the ends of the interval at infinity: no number of jobs.
  const jobsPerHour = (bytes: number) =>
    bytes > 0 && bytes < Infinity ? ((3_600_000 / blockIntervalMs) * maxBlockBytes) / bytes : Number.NaN;
  const most = perJob.reduce((least, one) => (one.bytes.value < least.bytes.value ? one : least));
  const words = perJob.map(
    ({ scheduling, bytes: { value } }) =>
      `${inWords(jobsPerHour(value))} under ${scheduling} work (${inWords(value)} bytes of chain a settled job)`,
  );
  return {
    claim: "C14",
    subject: SUBJECT,
    verdict: "not decided",
    sentence:
      `With every job's payment and stakes on the chain, blocks of ${maxBlockBytes / 1e6} MB every ${blockIntervalMs / 60_000} ` +
      `minutes hold at most this many jobs an hour: ${words.join("; ")}. Channels themselves were not played.`,
    number: numberOf(`jobs an hour that full blocks settle without channels, ${most.scheduling} work`, {
      value: jobsPerHour(most.bytes.value),
      low: jobsPerHour(most.bytes.high),
      high: jobsPerHour(most.bytes.low),
    }),
    obtained: "modelled",
  };
}
