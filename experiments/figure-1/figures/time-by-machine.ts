import { MACHINES_IN_WORDS, machineLooks } from "../../../src/lab/by-machine/machine-looks.ts";
import { dotsByLabel, type LabelledDot } from "../../../src/lab/charts/dots-by-label.ts";
import type { Figure } from "../../../src/lab/charts/figure.ts";
import { COLOURS } from "../../../src/lab/charts/theme.ts";
import { inWords } from "../../../src/lab/format.ts";
import { publishedFigure1 } from "../../shared/published-figure-1.ts";
import { repeatsInWords } from "../look.ts";
import type { Figure1Summary } from "../summary.ts";

/** Times of one model on one machine; `panel` names the model as it is the same on all of them. */
export interface MachineTimes extends Figure1Summary {
  readonly machine: string;
  readonly panel: string;
}

const FORMS = ["generate", "prototype", "one-pass"];
const PUBLISHED = "published";

/** Time to generate and to verify 1000 tokens, a row for each machine, at the longest length that all machines of a model measured. */
export function timeByMachine(times: readonly MachineTimes[]): Figure {
  const models = [...Map.groupBy(times, ({ panel }) => panel)];
  const shown = models.flatMap(([, own]) => {
    const longest = longestOfAll(own);
    return longest === null ? [] : own.filter((row) => row.outputTokens === longest && FORMS.includes(row.form));
  });
  const dots = [...Map.groupBy(shown, ({ panel }) => panel)].flatMap(([model, own]) => {
    const { outputTokens } = own[0]!;
    const panel = `${model}, at ${outputTokens} tokens`;
    return FORMS.flatMap((form): LabelledDot[] => [
      ...own
        .filter((row) => row.form === form)
        .toSorted((a, b) => (a.machine < b.machine ? -1 : 1))
        .map(({ machine, medianMs, lowMs, highMs }) =>
          dotOf(panel, form, machine, [medianMs, lowMs, highMs], outputTokens),
        ),
      ...publishedDots(panel, form, outputTokens),
    ]);
  });
  const title = "Time to generate and to verify 1000 tokens, by machine";
  const isPublished = dots.some(({ series }) => series === PUBLISHED);
  return {
    name: "time-by-machine",
    title,
    description: `${title}. ${[...Map.groupBy(dots, ({ panel }) => panel)]
      .map(([panel, own]) => `${panel}: ${own.map(({ label, x }) => `${label} ${inWords(x)} s`).join("; ")}`)
      .join(". ")}.`,
    spec: (widthPx) =>
      dotsByLabel(
        {
          title,
          subtitle: [
            `Per 1000 tokens of output, at the longest length that every machine measured. ${repeatsInWords(shown)} ${MACHINES_IN_WORDS}` +
              (isPublished
                ? ` Grey: the published bars (${publishedFigure1.system}), read to ±${publishedFigure1.readingErrorMs} ms: another model.`
                : ""),
            `Claims C1, C3 (${publishedFigure1.source}).`,
          ],
          dots,
          looks: [
            ...machineLooks(shown.map(({ machine }) => machine)),
            ...(isPublished ? [{ series: PUBLISHED, colour: COLOURS.grey, shape: "diamond" }] : []),
          ],
          x: { title: "seconds per 1000 tokens", format: "~g" },
          labelsNameSeries: true,
          labelled: "machine",
        },
        widthPx,
      ),
  };
}

/** In tokens; null where the machines have no length in common. */
function longestOfAll(rows: readonly MachineTimes[]): number | null {
  const byMachine = [...Map.groupBy(rows, ({ machine }) => machine).values()];
  const common = byMachine
    .map((own) => new Set(own.filter(({ form }) => form === "generate").map(({ outputTokens }) => outputTokens)))
    .reduce((all, own) => all.intersection(own));
  return common.size === 0 ? null : Math.max(...common);
}

function dotOf(
  panel: string,
  form: string,
  series: string,
  timesMs: readonly [number, number, number],
  outputTokens: number,
): LabelledDot {
  const [x, low, high] = timesMs.map((ms) => ms / outputTokens) as [number, number, number];
  return { panel, label: `${form}, ${series}`, series, x, low, high };
}

/** The published bars were measured with the form `prototype`. */
function publishedDots(panel: string, form: string, outputTokens: number): LabelledDot[] {
  const bars = publishedFigure1.times.find((times) => times.outputTokens === outputTokens);
  if (bars === undefined || form === "one-pass") return [];
  const ms = form === "generate" ? bars.generateMs : bars.verifyMs;
  const error = publishedFigure1.readingErrorMs;
  return [dotOf(panel, form, PUBLISHED, [ms, ms - error, ms + error], outputTokens)];
}
