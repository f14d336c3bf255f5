import { type KvCacheType, kvCacheTypes } from "../../src/inference/numerics.ts";
import { numberColumn, type TableOf, textColumn } from "../../src/lab/results/table.ts";
import { median, medianInterval } from "../../src/statistics/median.ts";
import { type Draws, medianRatioInterval } from "../../src/statistics/median-ratio.ts";
import { gigabytesPerSecond, gigaOperationsPerSecond, type MachineLimits, machineLimits } from "./limits-summary.ts";
import type { CostRow } from "./rows.ts";

/** One model under one choice of numerics and one prompt length, all repeats together. */
export interface CostSummary {
  readonly model: string;
  readonly weightFormat: string;
  readonly flashAttention: boolean;
  readonly kvCacheType: KvCacheType;
  readonly threads: number;
  readonly promptTokens: number;
  readonly outputTokens: number;
  readonly repeats: number;
  /** Median over the output's depths of one generation step (Simpson's rule over start, middle and end). */
  readonly decodeMsPerToken: number;
  readonly generateMs: number;
  readonly prefillMs: number;
  readonly verifyMs: number;
  /**
   * The fastest generation of this model and prompt length in any of the numerics, over verification in these: a machine
   * is not a cheap verifier for being a slow generator. Paired by repeat.
   */
  readonly ratio: number;
  readonly ratioLow: number;
  readonly ratioHigh: number;
  /** Generation over verification, both in these numerics. */
  readonly ratioWithinNumerics: number;
  readonly verifyOverPrefill: number;
  readonly verifyOverPrefillLow: number;
  readonly verifyOverPrefillHigh: number;
  readonly prefillGigaOperationsPerSecond: number;
  /** Share of the machine's matrix rate in this format and number of threads that the prefill reaches. */
  readonly matrixShare: number;
  readonly matrixShareLow: number;
  readonly matrixShareHigh: number;
  /** Share of the prefill's arithmetic that is attention. */
  readonly attentionShare: number;
  readonly decodeGigabytesPerSecond: number;
  /** Share of the machine's streaming rate that a decode in the middle of the output reaches. */
  readonly streamShare: number;
  readonly streamShareLow: number;
  readonly streamShareHigh: number;
  /** A step of a nearly empty model over a step of this one. */
  readonly callShare: number;
  /** What the ratio would be if the fastest generation streamed, and this verification multiplied, at the machine's own rates. */
  readonly ratioAtLimits: number;
}

export function summarizeCost(rows: readonly CostRow[], drawsFor: (stream: string) => Draws): CostSummary[] {
  const limits = machineLimits(rows);
  const longest = Math.max(...rows.filter(({ measure }) => measure === "prefill").map((row) => row.outputTokens));
  const main = rows.filter(
    ({ measure, outputTokens }) =>
      measure === "decode" || measure === "prefill" || (measure === "verify" && outputTokens === longest),
  );
  const cells = Map.groupBy(main, cellKey);
  const models = [...new Set(main.map(({ model }) => model))];
  const inOrder = [...cells].sort(
    ([, [a]], [, [b]]) =>
      models.indexOf(a!.model) - models.indexOf(b!.model) ||
      a!.promptTokens - b!.promptTokens ||
      a!.threads - b!.threads ||
      Number(a!.flashAttention) - Number(b!.flashAttention) ||
      kvCacheTypes.indexOf(a!.kvCacheType) - kvCacheTypes.indexOf(b!.kvCacheType),
  );
  const measured = inOrder.flatMap(([key, rows]): Cell[] => {
    const { weightFormat, threads } = rows[0]!;
    const limit = limits.find((one) => one.weightFormat === weightFormat && one.threads === threads);
    const repeats = [...Map.groupBy(rows, ({ repeat }) => repeat).values()].flatMap(wholeRepeat);
    return limit === undefined || repeats.length < 2 ? [] : [{ key, row: rows[0]!, limit, repeats }]; // no interval from one
  });
  return measured.map((cell) => {
    const { model, promptTokens } = cell.row;
    const rivals = measured.filter(({ row }) => row.model === model && row.promptTokens === promptTokens);
    const fastest = rivals.reduce((best, rival) => (stepMs(rival) < stepMs(best) ? rival : best));
    return summarizeCell(cell, fastest, longest, (name) => drawsFor(`bootstrap/${cell.key}/${name}`));
  });
}

interface Cell {
  readonly key: string;
  /** Any row, for what all of them share. */
  readonly row: CostRow;
  readonly limit: MachineLimits;
  readonly repeats: readonly Repeat[];
}

function stepMs({ repeats }: Cell): number {
  return median(repeats.map(({ decodeMsPerToken }) => decodeMsPerToken));
}

function cellKey({ model, flashAttention, kvCacheType, threads, promptTokens }: CostRow): string {
  return `${model}/${flashAttention}/${kvCacheType}/${threads}/${promptTokens}`;
}

function summarizeCell(
  cell: Cell,
  fastest: Cell,
  outputTokens: number,
  drawsFor: (name: string) => Draws,
): CostSummary {
  const { limit, repeats } = cell;
  const ratio = medianRatioInterval(
    pairByRepeat(fastest, cell).map(([generation, { verify }]) => [
      generation.decodeMsPerToken * outputTokens,
      verify.wallMs,
    ]),
    drawsFor("generate-over-verify"),
  );
  const overPrefill = medianRatioInterval(
    repeats.map(({ verify, prefill }) => [verify.wallMs, prefill.wallMs]),
    drawsFor("verify-over-prefill"),
  );
  const matrixRate = medianInterval(repeats.map(({ prefill }) => gigaOperationsPerSecond(prefill)));
  const streamRate = medianInterval(repeats.map(({ middle }) => gigabytesPerSecond(middle)));
  const decodeMsPerToken = stepMs(cell);
  const { model, weightFormat, flashAttention, kvCacheType, threads, promptTokens } = cell.row;
  const { prefill, verify } = repeats[0]!;
  const { middle } = fastest.repeats[0]!;
  const verifyOperations = verify.matrixOperations + verify.attentionOperations;
  const limitGenerateMs =
    (outputTokens * middle.bytesRead!) / middle.fedTokens / fastest.limit.gigabytesPerSecond / 1e6;
  const limitVerifyMs = verifyOperations / limit.gigaOperationsPerSecond / 1e6;
  return {
    model,
    weightFormat,
    flashAttention,
    kvCacheType,
    threads,
    promptTokens,
    outputTokens,
    repeats: repeats.length,
    decodeMsPerToken,
    generateMs: decodeMsPerToken * outputTokens,
    prefillMs: median(repeats.map((one) => one.prefill.wallMs)),
    verifyMs: median(repeats.map((one) => one.verify.wallMs)),
    ratio: ratio.value,
    ratioLow: ratio.low,
    ratioHigh: ratio.high,
    ratioWithinNumerics: (decodeMsPerToken * outputTokens) / median(repeats.map((one) => one.verify.wallMs)),
    verifyOverPrefill: overPrefill.value,
    verifyOverPrefillLow: overPrefill.low,
    verifyOverPrefillHigh: overPrefill.high,
    prefillGigaOperationsPerSecond: matrixRate.value,
    matrixShare: matrixRate.value / limit.gigaOperationsPerSecond,
    matrixShareLow: matrixRate.low / limit.gigaOperationsPerSecond,
    matrixShareHigh: matrixRate.high / limit.gigaOperationsPerSecond,
    attentionShare: prefill.attentionOperations / (prefill.attentionOperations + prefill.matrixOperations),
    decodeGigabytesPerSecond: streamRate.value,
    streamShare: streamRate.value / limit.gigabytesPerSecond,
    streamShareLow: streamRate.low / limit.gigabytesPerSecond,
    streamShareHigh: streamRate.high / limit.gigabytesPerSecond,
    callShare: limit.callMs / decodeMsPerToken,
    ratioAtLimits: limitGenerateMs / limitVerifyMs,
  };
}

/** Repeats that both cells have whole. */
function pairByRepeat(a: Cell, b: Cell): (readonly [Repeat, Repeat])[] {
  const byRepeat = new Map(a.repeats.map((one) => [one.verify.repeat, one]));
  return b.repeats
    .filter(({ verify }) => byRepeat.has(verify.repeat))
    .map((one) => [byRepeat.get(one.verify.repeat)!, one] as const);
}

interface Repeat {
  readonly prefill: CostRow;
  readonly verify: CostRow;
  /** The decode in the middle of the output. */
  readonly middle: CostRow;
  readonly decodeMsPerToken: number;
}

/** Nothing of a repeat that an interruption left incomplete. */
function wholeRepeat(rows: readonly CostRow[]): Repeat[] {
  const prefill = rows.find(({ measure }) => measure === "prefill");
  const verify = rows.find(({ measure }) => measure === "verify");
  const decodes = rows.filter(({ measure }) => measure === "decode").sort((a, b) => a.outputTokens - b.outputTokens);
  const [start, middle, end] = decodes;
  if (!prefill || !verify || !start || !middle || !end) return [];
  const [a, b, c] = [start, middle, end].map(({ wallMs, fedTokens }) => wallMs / fedTokens);
  return [{ prefill, verify, middle, decodeMsPerToken: (a! + 4 * b! + c!) / 6 }];
}

/** How a choice of numerics is called in figures and words; plain or flash is the kernel of attention. */
export function numericsLabel({
  flashAttention,
  kvCacheType,
  threads,
  promptTokens,
}: Pick<CostSummary, "flashAttention" | "kvCacheType" | "threads" | "promptTokens">): string {
  const words = [
    flashAttention ? "flash" : "plain",
    `KV ${kvCacheType}`,
    `${threads} ${threads === 1 ? "thread" : "threads"}`,
    `prompt ${promptTokens}`,
  ];
  return words.join(", ");
}

export function costSummaryTable(rows: readonly CostSummary[]): TableOf<CostSummary> {
  const interval = (name: "ratio" | "verifyOverPrefill" | "matrixShare" | "streamShare", description: string) => [
    numberColumn(name, null, description),
    numberColumn(`${name}Low`, null, "lower end of its 95 % interval"),
    numberColumn(`${name}High`, null, "upper end of its 95 % interval"),
  ];
  return {
    file: "summary.csv",
    caption: "Generation against verification in one pass, and both against the machine's limits",
    columns: [
      textColumn("model", "name of the model"),
      textColumn("weightFormat", "format of its weights"),
      { name: "flashAttention", type: "boolean", unit: null, description: "whether attention ran the fused kernel" },
      textColumn("kvCacheType", "type of the cached keys and values"),
      numberColumn("threads", null, "threads of llama.cpp"),
      numberColumn("promptTokens", "tokens", "length of the prompt"),
      numberColumn("outputTokens", "tokens", "length of the claim"),
      numberColumn("repeats", null, "measurements behind this row"),
      numberColumn(
        "decodeMsPerToken",
        "milliseconds",
        "one generation step, averaged over the output's depths, median",
      ),
      numberColumn("generateMs", "milliseconds", "that many steps: computed, not timed as a whole"),
      numberColumn("prefillMs", "milliseconds", "bare reading of prompt and claim, median"),
      numberColumn("verifyMs", "milliseconds", "verification in one pass, median"),
      ...interval("ratio", "generateMs of this model's fastest numerics over verifyMs"),
      numberColumn("ratioWithinNumerics", null, "generateMs over verifyMs"),
      ...interval("verifyOverPrefill", "verifyMs over prefillMs"),
      numberColumn(
        "prefillGigaOperationsPerSecond",
        "10^9 operations/s",
        "arithmetic of the bare reading, masked attention left out",
      ),
      ...interval("matrixShare", "that over the machine's matrix rate"),
      numberColumn("attentionShare", null, "share of attention in that arithmetic"),
      numberColumn(
        "decodeGigabytesPerSecond",
        "10^9 bytes/s",
        "weights and cache read by a step in the middle of the output",
      ),
      ...interval("streamShare", "that over the machine's streaming rate"),
      numberColumn("callShare", null, "time of a step of a nearly empty model over the time of a step of this one"),
      numberColumn("ratioAtLimits", null, "generation over verification if both ran at the machine's own rates"),
    ],
    rows,
  };
}
