import { isMap, LineCounter, parse, parseDocument } from "yaml";
import { z } from "zod";
import { readTextFile } from "../../inference/text-file.ts";
import { LabError } from "../errors.ts";
import { renameInFile, renameInOverride } from "./aliases.ts";
import { combinationName, combinationsOf, type FactorValues, factorKeys } from "./factors.ts";
import { gridFigures } from "./grid/figures.ts";
import { isRecord, overlay } from "./overlay.ts";
import { type Layer, ProblemList } from "./problems.ts";

/** What every experiment file starts with, whatever it measures. Its other keys are the settings of its kind. */
export const experimentHead = z.strictObject({
  name: z
    .string()
    .regex(/^[a-z0-9]+(-[a-z0-9]+)*$/, 'expected lower-case letters, digits and "-"')
    .describe("the folder under results/"),
  kind: z.string().describe("which experiment this is a file of"),
  question: z.string().min(1).describe("what the experiment answers, in one sentence"),
  claims: z
    .array(z.string().regex(/^C([1-9]|1[0-9])$/, "expected a claim number from C1 to C19"))
    .describe("numbers of the published claims it tests"),
  seed: z
    .union([z.string().min(1), z.int()])
    .transform(String)
    .describe("root of all randomness: text or a whole number"),
  reproduce: z
    .strictObject({
      order: z.int().min(0).default(100).describe("camelid reproduce takes experiments in this order, then by name"),
      needs: z
        .literal("gpu")
        .optional()
        .describe("gpu: camelid reproduce leaves it out, and says so, where there is none"),
      needsFile: z
        .string()
        .min(1)
        .optional()
        .describe("camelid reproduce leaves it out, and says so, where this file is not there"),
    })
    .prefault({})
    .describe("its place in camelid reproduce"),
  figures: figuresOf(z.string()),
  ...factorKeys,
  presets: z
    .record(z.string(), z.record(z.string(), z.unknown()))
    .default({})
    .describe("named partial settings, each laid over the file's own"),
});

function figuresOf(name: z.ZodType<string>) {
  return z.array(name).optional().describe("which of its figures a run draws; all of them unless given, none if empty");
}

/** What a preset may lay over besides settings of the kind. */
export const presetHeadKeys: readonly string[] = ["figures", ...Object.keys(factorKeys)];

/** The settings that experiments of one kind take: a strict zod object, with `.refine` for combinations that cannot be. */
export type SettingsSchema = z.ZodObject;

/** What a file of one kind may say; an ExperimentKind is one. */
export interface FileKind {
  readonly settings: SettingsSchema;
  /** Names of the figures that a run draws. */
  readonly figures?: readonly string[];
}

/**
 * What words in settings stand for that grow with the program, such as "every cheat", spelled out: names by what they are names of
 * (`strategies`, `schemes`). A run keeps those of its day.
 */
export type ResolvedLists = Readonly<Record<string, readonly string[]>>;

export type FileKinds = Readonly<Record<string, FileKind>>;

export interface Experiment<Settings extends object = Readonly<Record<string, unknown>>> {
  readonly name: string;
  readonly kind: string;
  readonly question: string;
  readonly claims: readonly string[];
  readonly seed: string;
  readonly reproduce: {
    readonly order: number;
    readonly needs?: "gpu" | undefined;
    readonly needsFile?: string | undefined;
  };
  /** Names of the figures that its runs draw; absent where they draw all. */
  readonly figures?: readonly string[] | undefined;
  /** Settings after preset and overrides, valid under the kind's schema. */
  readonly settings: Settings;
  /** Present where settings are varied: the experiment runs once for each combination. */
  readonly combinations?: readonly Combination[];
  /** Of a run that is computed again, the lists of its day; absent where today's hold. */
  readonly lists?: ResolvedLists;
  /** Lines of warning, one for each old spelling of a key or value that was read; absent where there is none. */
  readonly deprecated?: readonly string[];
  /** What was asked for, before anything was filled in. */
  readonly given: {
    readonly file: string;
    readonly text: string;
    readonly preset: string | null;
    readonly overrides: readonly string[];
  };
}

/** Values of the factors, and the settings with them in place. */
export interface Combination {
  readonly values: FactorValues;
  readonly settings: Experiment["settings"];
}

export interface ExperimentChoices {
  /** One of the file's presets; without it, the file's own settings hold. */
  readonly preset?: string | undefined;
  /**
   * `path=value` items, values in YAML: `repeats=3`, `tokens=[1,10]`, `models.0.file=other.gguf`. Later ones win. A block is laid over the
   * one that is there, and with `path:=value` put in its place.
   */
  readonly overrides?: readonly string[];
}

/** Everything wrong with an experiment file at once, one line each: `file:line:column path: what was expected`. */
export class ExperimentFileError extends LabError {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super("bad-experiment-file", "run", problems.join("\n"));
    this.problems = problems;
  }
}

/**
 * Reads and checks an experiment file. All presets are checked, not only the chosen one.
 *
 * @param kinds every kind there is, by name: the registry, as a rule
 * @throws ExperimentFileError
 */
export function readExperiment(file: string, kinds: FileKinds, choices: ExperimentChoices = {}): Experiment {
  let text: string;
  try {
    text = readTextFile(file);
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === "ENOENT" ? "no such file" : (error as Error).message;
    throw new ExperimentFileError([`${file}: cannot be read: ${reason}`]);
  }
  return parseExperiment(file, text, kinds, choices);
}

/** As `readExperiment`, of a text already read; `file` is what the messages call it. */
export function parseExperiment(
  file: string,
  text: string,
  kinds: FileKinds,
  { preset, overrides = [] }: ExperimentChoices = {},
): Experiment {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false });
  const problems = new ProblemList(file, document, lines);
  const deprecated: string[] = [];
  const content = problems.readDocument(() => deprecated.push(...renameInFile(file, document, lines)));
  if (content === undefined || !isMap(document.contents)) {
    if (problems.empty) problems.addLine(`${file}: expected keys such as name, kind, question, claims, seed`);
    throw new ExperimentFileError(problems.lines());
  }

  const kindName = String(content["kind"]);
  const { settings: kind, figures: ownFigures = [] } = Object.hasOwn(kinds, kindName) ? kinds[kindName]! : {};
  const knownKeys = [...Object.keys(experimentHead.shape), ...Object.keys(kind?.shape ?? {})];
  if (kind === undefined && content["kind"] !== undefined) problems.addUnknownKind(content["kind"], Object.keys(kinds));
  // Without a kind nobody can say which settings are known.
  if (kind !== undefined) problems.addUnknownKeys([], Object.keys(content), knownKeys);

  const own: Layer = { content, at: [] };
  const presets = isRecord(content["presets"]) ? content["presets"] : {};
  const canVary =
    Object.values(presets).some((preset) => isRecord(preset) && preset["factors"] !== undefined) ||
    overrides.some((override) => override.startsWith("factors"));
  const check = (layers: readonly Layer[], isWhole = false) => {
    const merged = mergedOf(layers, kind);
    const headSchema = headOf(ownFigures, canVary && !isWhole ? "perhaps" : merged["factors"] != null);
    const headResult = headSchema.safeParse(pick(merged, Object.keys(experimentHead.shape)));
    if (!headResult.success) problems.addIssues(headResult.error.issues, headSchema, merged, layers);
    if (kind === undefined) return { head: headResult.data, settings: undefined };
    const settingsResult = kind.safeParse(pick(merged, Object.keys(kind.shape)));
    if (!settingsResult.success) problems.addIssues(settingsResult.error.issues, kind, merged, layers);
    return { head: headResult.data, settings: settingsResult.data };
  };
  check([own]);

  const presetLayer = (name: string): Layer => ({ content: presets[name] as Layer["content"], at: ["presets", name] });
  for (const name of Object.keys(presets).filter((name) => isRecord(presets[name]))) {
    const layer = presetLayer(name);
    if (kind === undefined) continue;
    const known = [...Object.keys(kind.shape), ...presetHeadKeys];
    problems.addUnknownKeys(["presets", name], Object.keys(layer.content), known);
    check([own, { ...layer, content: pick(layer.content, known) }]);
  }
  const isPreset = preset !== undefined && Object.hasOwn(presets, preset) && isRecord(presets[preset]);
  if (preset !== undefined && !isPreset) problems.addUnknownPreset(preset, Object.keys(presets));

  const chosen = isPreset ? [own, presetLayer(preset)] : [own];
  const settable = knownKeys.filter((key) => key !== "kind" && key !== "presets");
  for (const override of overrides) {
    const content = mergedOf(chosen, kind);
    const layer = overrideLayer(override, content, { settable, kind, deprecated }, problems);
    if (layer) chosen.push(layer);
  }
  const resolved = check(chosen, true);
  const combinations = resolved.head && kind ? varied(kind, chosen, resolved.head, problems) : undefined;
  if (!problems.empty || !resolved.head || !resolved.settings) throw new ExperimentFileError(problems.lines());
  const { presets: _, factors: __, combine: ___, ...known } = resolved.head;
  return {
    ...known,
    settings: resolved.settings,
    ...(combinations ? { combinations } : {}),
    ...(deprecated.length > 0 ? { deprecated } : {}),
    given: { file, text, preset: preset ?? null, overrides },
  };
}

/** The settings of all layers together, lowest first; an override's layer has those below it in it. */
function mergedOf(layers: readonly Layer[], kind: SettingsSchema | undefined): Record<string, unknown> {
  return layers.reduce<Record<string, unknown>>(
    (below, { content, answersFor }) => (answersFor ? content : overlay(below, content, kind)),
    {},
  );
}

/**
 * The head of a file, which names only figures that runs of its kind draw. One that varies settings draws others, so of a layer that another
 * may add factors to, both are let pass.
 */
function headOf(own: readonly string[], varied: boolean | "perhaps"): typeof experimentHead {
  const names = [...(varied === true ? [] : own), ...(varied === false ? [] : gridFigures)];
  return experimentHead.extend({ figures: figuresOf(z.enum(names)) });
}

/** The settings of every combination of factors; what is wrong with one is said where the factor stands. */
function varied(
  kind: SettingsSchema,
  layers: readonly Layer[],
  { factors, combine }: z.output<typeof experimentHead>,
  problems: ProblemList,
): Combination[] | undefined {
  if (factors == null) return undefined;
  const content = mergedOf(layers, kind);
  const settable = Object.keys(kind.shape);
  const check = (values: FactorValues, concerns: (issue: z.core.$ZodIssue) => boolean): Combination[] => {
    let replaced: unknown = content;
    for (const [path, value] of Object.entries(values))
      try {
        if (!settable.includes(path.split(".")[0]!)) problems.addUnknownFactor(path, settable, layers);
        replaced = replaceAt(replaced, pathOf(path), value);
      } catch (error) {
        problems.addFactorProblem(path, (error as Error).message, layers);
        return [];
      }
    const result = kind.safeParse(pick(replaced as Record<string, unknown>, settable));
    if (result.success) return [{ values, settings: result.data }];
    const issues = result.error.issues.filter(concerns);
    problems.addCombinationIssues(issues, kind, replaced, layers, Object.keys(values), combinationName(values));
    return [];
  };
  const { combinations, problems: found } = combinationsOf({ factors, combine });
  for (const { factor, message } of found) problems.addFactorProblem(factor, message, layers);
  for (const { source, answersFor } of layers) {
    const factor = Object.keys(factors).find((path) => `${answersFor?.join(".")}.`.startsWith(`${path}.`));
    if (factor !== undefined)
      problems.addLine(
        `${source}: ${factor} is varied, so that this would change nothing; give its values, --set 'factors.${factor}=[...]', or vary nothing, --set factors=null`,
      );
  }
  // Each value by itself first, so that one that cannot be is said once and hides no other; how values go together comes after.
  const each = combinations.flatMap((values) => Object.entries(values).map(([path, value]) => ({ [path]: value })));
  for (const one of new Map(each.map((value) => [combinationName(value), value])).values())
    check(one, ({ code }) => code !== "custom");
  return problems.empty ? combinations.flatMap((values) => check(values, () => true)) : [];
}

function pathOf(text: string): (string | number)[] {
  return text.split(".").map((part) => (/^\d+$/.test(part) ? Number(part) : part));
}

/** The whole content with one value replaced, or a block laid over the one there, as a layer that answers for that value only. */
function overrideLayer(
  override: string,
  content: Record<string, unknown>,
  {
    settable,
    kind,
    deprecated,
  }: {
    readonly settable: readonly string[];
    readonly kind: SettingsSchema | undefined;
    readonly deprecated: string[];
  },
  problems: ProblemList,
): Layer | undefined {
  const source = `--set ${override}`;
  const [, givenPath, sign, givenValue] = /^([^=]+?)(:?=)(.*)$/s.exec(override) ?? [];
  if (givenPath === undefined || givenValue === undefined) {
    problems.addLine(`${source}: expected path=value, for instance repeats=3`);
    return undefined;
  }
  const { pathText, valueText } = renameInOverride(source, { pathText: givenPath, valueText: givenValue }, deprecated);
  // A factor's name is itself a path: factors.jobs.stakeRatio=[1,2].
  const path = pathText.startsWith("factors.") ? ["factors", pathText.slice("factors.".length)] : pathOf(pathText);
  if (!settable.includes(String(path[0]))) {
    problems.addUnknownSetting(source, String(path[0]), settable);
    return undefined;
  }
  try {
    const withValue = (value: unknown) => {
      const replaced = replaceAt(content, path, value) as Record<string, unknown>;
      return sign === "=" && isRecord(value) ? overlay(content, replaced, kind) : replaced;
    };
    const replaced = withValue(parse(valueText, { prettyErrors: false }));
    // YAML reads 2023.1 as a number; where only text will do, it is the text as it was typed.
    const asText = kind !== undefined && !accepts(kind, replaced, path) && accepts(kind, withValue(valueText), path);
    return { content: asText ? withValue(valueText) : replaced, source, answersFor: path };
  } catch (error) {
    problems.addLine(`${source}: ${(error as Error).message}`);
    return undefined;
  }
}

/** Whether a kind finds no fault at or below this place. */
function accepts(kind: SettingsSchema, content: Record<string, unknown>, path: readonly (string | number)[]): boolean {
  const { error } = kind.safeParse(pick(content, Object.keys(kind.shape)));
  return !error?.issues.some((issue) => path.every((step, i) => issue.path[i] === step));
}

function replaceAt(value: unknown, path: readonly (string | number)[], replacement: unknown): unknown {
  const [step, ...rest] = path;
  if (step === undefined) return replacement;
  if (Array.isArray(value)) {
    if (value.length === 0) throw new Error(`${step}: the list here has no items`);
    if (typeof step !== "number" || step >= value.length) {
      throw new Error(`${step}: expected an item number from 0 to ${value.length - 1}`);
    }
    return value.map((item, i) => (i === step ? replaceAt(item, rest, replacement) : item));
  }
  if (typeof step === "number") throw new Error(`${step}: there is no list here to take an item of`);
  if (value !== undefined && !isRecord(value))
    throw new Error(`${step}: there is nothing below ${JSON.stringify(value)}`);
  return { ...value, [step]: replaceAt(value?.[step], rest, replacement) };
}

function pick(from: Record<string, unknown>, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(Object.entries(from).filter(([key]) => keys.includes(key)));
}
