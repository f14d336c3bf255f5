import { type ClaimVerdict, numberOf, type Part, verdictOf } from "../../../src/lab/claims/verdict.ts";
import { inWords } from "../../../src/lab/format.ts";
import type { Estimate } from "../../../src/statistics/interval.ts";
import { median, medianInterval } from "../../../src/statistics/median.ts";
import type { Figure1Row } from "../rows.ts";
import type { Figure1Form } from "../settings.ts";
import { pairByRepeat } from "../summary.ts";

/** A gain or loss within 5 % counts as none. */
const MARGIN = 0.05;

/**
 * C4: the three checks can run concurrently; nothing forces a reload of the prefix (blog), on one model.
 *
 * Forms of one repeat check the same positions, so they are compared within repeats: median of the ratios, not ratio of medians.
 */
export function claimC4(rows: readonly Figure1Row[], model: string): ClaimVerdict {
  const forms = ["prototype", "concurrent", "one-pass"] as const;
  const cellsOf = (form: Figure1Form) =>
    Map.groupBy(
      rows.filter((row) => row.model === model && row.form === form),
      ({ outputTokens }) => outputTokens,
    );
  const cells = forms.map(cellsOf);
  const longest = Math.max(...[...cells[0]!.keys()].filter((length) => cells.every((cell) => cell.has(length))));
  const [prototype, concurrent, onePass] = cells.map((cell) => cell.get(longest));
  if (!prototype || !concurrent || !onePass) {
    const sentence = `This run has no length at which ${forms.join(", ")} were all measured.`;
    return { claim: "C4", subject: model, verdict: "not decided", sentence };
  }
  const times = (cell: readonly Figure1Row[]) => cell.map(({ wallMs }) => wallMs);
  const gain = (cell: readonly Figure1Row[]) =>
    medianInterval(pairByRepeat(prototype, cell).map(([before, after]) => before / after));
  const [atOnce, withoutReload] = [gain(concurrent), gain(onePass)];
  const parts = [faster(atOnce), faster(withoutReload)] as const;
  const ms = (cell: readonly Figure1Row[]) => `${inWords(median(times(cell)))} ms`;
  return {
    claim: "C4",
    subject: model,
    verdict: verdictOf(parts),
    sentence:
      `At ${longest} tokens the three checks take ${ms(prototype)} one after the other and ${ms(concurrent)} at once: ` +
      `${speed(atOnce, parts[0])}. In one pass that reads the prefix once they take ${ms(onePass)}: ` +
      `${speed(withoutReload, parts[1])}, with ${fedTokens(onePass)} tokens read in place of ${fedTokens(prototype)}.`,
    number: numberOf(`time of three checks in turn over at once, ${longest} tokens`, atOnce),
    obtained: "measured",
  };
}

function faster({ low, high }: Estimate): Part {
  if (low > 1 + MARGIN) return "confirmed";
  return high < 1 + MARGIN ? "refuted" : "open";
}

function speed({ value, low, high }: Estimate, part: Part): string {
  const words = { confirmed: "faster", refuted: "no gain", open: "an interval too wide to tell" }[part];
  return `${words} (in the median repeat ${inWords(value)} times as fast [${inWords(low)} to ${inWords(high)}])`;
}

function fedTokens(cell: readonly Figure1Row[]): string {
  return inWords(median(cell.map(({ decodedTokens }) => decodedTokens)));
}
