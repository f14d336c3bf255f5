import { numberColumn, type TableOf, textColumn } from "../../src/lab/results/table.ts";
import { medianInterval } from "../../src/statistics/median.ts";
import { type Draws, medianRatioInterval } from "../../src/statistics/median-ratio.ts";
import { type Figure1Row, isAlone, jobsAtOnce } from "./rows.ts";
import { pairByRepeat } from "./summary.ts";

/** All repeats of one model, length and number of jobs at once; times are those of the call over the jobs in it. */
export interface TogetherSummary {
  readonly model: string;
  readonly outputTokens: number;
  readonly jobs: number;
  readonly repeats: number;
  readonly generateMs: number;
  readonly generateLowMs: number;
  readonly generateHighMs: number;
  readonly verifyMs: number;
  readonly verifyLowMs: number;
  readonly verifyHighMs: number;
  readonly intervalConfidence: number;
  /** Generating over verifying in one pass, as many jobs at once in both. */
  readonly generateOverVerify: number;
  readonly generateOverVerifyLow: number;
  readonly generateOverVerifyHigh: number;
}

/** Jobs together, and beside them each alone at the same lengths; empty where none were measured together. */
export function summarizeTogether(
  rows: readonly Figure1Row[],
  drawsFor: (stream: string) => Draws,
): readonly TogetherSummary[] {
  const lengths = new Set(
    rows.filter((row) => !isAlone(row)).map(({ model, outputTokens }) => `${model}/${outputTokens}`),
  );
  const compared = rows.filter(
    ({ model, form, outputTokens }) => lengths.has(`${model}/${outputTokens}`) && /^(generate|one-pass)\b/.test(form),
  );
  const cells = Map.groupBy(compared, (row) => `${row.model}/${row.outputTokens}/${jobsAtOnce(row)}`);
  return [...cells].flatMap(([name, cell]) => {
    const generated = cell.filter(({ form }) => form.startsWith("generate"));
    const verified = cell.filter(({ form }) => form.startsWith("one-pass"));
    const pairs = pairByRepeat(generated, verified);
    if (pairs.length === 0) return [];
    const { model, outputTokens } = cell[0]!;
    const jobs = jobsAtOnce(cell[0]!);
    const perJob = (own: readonly Figure1Row[]) => medianInterval(own.map(({ wallMs }) => wallMs / jobs));
    const [generate, verify] = [perJob(generated), perJob(verified)];
    const ratio = medianRatioInterval(pairs, drawsFor(`bootstrap/together/${name}`));
    return [
      {
        model,
        outputTokens,
        jobs,
        repeats: pairs.length,
        generateMs: generate.value,
        generateLowMs: generate.low,
        generateHighMs: generate.high,
        verifyMs: verify.value,
        verifyLowMs: verify.low,
        verifyHighMs: verify.high,
        intervalConfidence: Math.min(generate.confidence, verify.confidence),
        generateOverVerify: ratio.value,
        generateOverVerifyLow: ratio.low,
        generateOverVerifyHigh: ratio.high,
      },
    ];
  });
}

export function togetherTable(rows: readonly TogetherSummary[]): TableOf<TogetherSummary> {
  return {
    file: "together.csv",
    caption: "Jobs generated and verified together: time per job",
    columns: [
      textColumn("model", "name of the model"),
      numberColumn("outputTokens", "tokens", "length of each completion"),
      numberColumn("jobs", null, "jobs at once: generated in lock step, verified in one pass"),
      numberColumn("repeats", null, "measurements behind this row"),
      numberColumn("generateMs", "milliseconds", "median time to generate, per job"),
      numberColumn("generateLowMs", "milliseconds", "lower end of the median's interval (order statistic)"),
      numberColumn("generateHighMs", "milliseconds", "upper end of it"),
      numberColumn("verifyMs", "milliseconds", "median time to verify in one pass, per job"),
      numberColumn("verifyLowMs", "milliseconds", "lower end of the median's interval (order statistic)"),
      numberColumn("verifyHighMs", "milliseconds", "upper end of it"),
      numberColumn("intervalConfidence", null, "coverage of these intervals"),
      numberColumn("generateOverVerify", null, "median time to generate over median time to verify"),
      numberColumn("generateOverVerifyLow", null, "lower end of its 95 % interval (bootstrap)"),
      numberColumn("generateOverVerifyHigh", null, "upper end of its 95 % interval (bootstrap)"),
    ],
    rows,
  };
}
