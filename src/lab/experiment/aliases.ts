/**
 * Words of experiment files that were renamed: the old spelling is read for one release, with a warning, and stands for the new one
 * everywhere, in the file, its presets, its factors and `--set`. To rename a key or a value, add a line here and change the schema.
 */
import { Document, isAlias, isMap, isScalar, isSeq, type LineCounter, parseDocument } from "yaml";

type AnyDocument = Document.Parsed | Document;

interface Renamed {
  /** Where, by path; `*` is any item of a list. */
  readonly at: string;
  readonly old: string;
  readonly now: string;
}

const renamedKeys: readonly Renamed[] = [
  { at: "nodes.*", old: "conduct", now: "behavior" },
  { at: "clients.*", old: "conduct", now: "behavior" },
  { at: "verifiers.*", old: "behaviour", now: "behavior" },
  { at: "", old: "playTransmissions", now: "simulateTransmissions" },
];

const strategyPlaces = ["nodes.*", "outputs.*", "cheat"].flatMap((at) => [
  `${at}.strategy`,
  `${at}.parameters.inner.name`,
]);

const renamedValues: readonly Renamed[] = [
  { at: "nodes.*.behavior", old: "cries-unpaid", now: "false-unpaid-charge" },
  { at: "nodes.*.behavior", old: "sends-noise", now: "garbage-output" },
  { at: "clients.*.behavior", old: "accuses-falsely", now: "fabricated-evidence" },
  { at: "clients.*.behavior", old: "denies-delivery", now: "false-nondelivery-charge" },
  { at: "clients.*.behavior", old: "hunts-index", now: "index-grinding" },
  { at: "clients.*.behavior", old: "redirects-payment", now: "payment-replacement" },
  ...strategyPlaces.flatMap((at) => [
    { at, old: "lazy-draft-honest-ends", now: "lazy-draft-honest-endpoints" },
    { at, old: "randomised-honesty", now: "mixed-strategy" },
  ]),
];

/** An old spelling that was found: `offset` in the text that it was read from. */
interface Found {
  readonly old: string;
  readonly now: string;
  readonly offset: number;
}

/** Replaces old spellings in a parsed experiment file; one line for each of them, at the first place where it stands. */
export function renameInFile(file: string, document: Document.Parsed, lines: LineCounter): string[] {
  const found: Found[] = [];
  rename(document, document.contents, [], found);
  return [...Map.groupBy(found, ({ old, now }) => `${old} is called ${now} now`)].map(([words, places]) => {
    const { line, col } = lines.linePos(Math.min(...places.map(({ offset }) => offset)));
    const more =
      places.length === 1 ? "" : `, here and in ${places.length - 1} more ${places.length === 2 ? "place" : "places"}`;
    return `${file}:${line}:${col} ${words}${more}; the next release will not know the old word`;
  });
}

/** Replaces old spellings in the path and the value of a `--set PATH=VALUE`, and adds a line for each to `warnings`. */
export function renameInOverride(
  source: string,
  given: { readonly pathText: string; readonly valueText: string },
  warnings: string[],
): { readonly pathText: string; readonly valueText: string } {
  const found: Found[] = [];
  const isFactor = given.pathText.startsWith("factors.");
  const steps = renamedPath(isFactor ? given.pathText.slice("factors.".length) : given.pathText, found);
  const value = parseDocument(given.valueText, { prettyErrors: false });
  const inKey = found.length;
  if (isFactor && isSeq(value.contents)) for (const item of value.contents.items) rename(value, item, steps, found);
  else if (value.errors.length === 0) rename(value, value.contents, steps, found);
  for (const { old, now } of found)
    warnings.push(`${source}: ${old} is called ${now} now; the next release will not know the old word`);
  return {
    pathText: `${isFactor ? "factors." : ""}${steps.join(".")}`,
    valueText: found.length === inKey ? given.valueText : JSON.stringify(value.toJS()),
  };
}

/** Settings as an earlier version resolved them, in today's words. */
export function withCurrentNames<Settings extends object>(settings: Settings): Settings {
  const document = new Document(settings);
  rename(document, document.contents, [], []);
  return document.toJS() as Settings;
}

function rename(document: AnyDocument, node: unknown, path: readonly string[], found: Found[]): void {
  if (isAlias(node)) rename(document, node.resolve(document), path, found);
  else if (isSeq(node)) for (const item of node.items) rename(document, item, [...path, "*"], found);
  else if (isMap(node))
    for (const { key, value } of node.items) {
      if (!isScalar(key)) continue;
      const name = String(key.value);
      if (path.length === 0 && name === "presets" && isMap(value)) {
        for (const preset of value.items) rename(document, preset.value, [], found);
      } else if (path.length === 0 && name === "factors" && isMap(value)) {
        renameFactors(document, value, found);
      } else {
        const now = renamedIn(renamedKeys, path, name);
        if (now !== undefined && !node.has(now)) {
          key.value = now;
          found.push({ old: name, now, offset: key.range?.[0] ?? 0 });
        }
        rename(document, value, [...path, String(key.value)], found);
      }
    }
  else if (isScalar(node)) {
    const now = renamedIn(renamedValues, path, String(node.value));
    if (now === undefined) return;
    found.push({ old: String(node.value), now, offset: node.range?.[0] ?? 0 });
    node.value = now;
  }
}

/** Each factor is named by a path, and has a list of values for what stands there. */
function renameFactors(document: AnyDocument, factors: unknown, found: Found[]): void {
  if (!isMap(factors)) return;
  for (const { key, value } of factors.items) {
    if (!isScalar(key)) continue;
    const words: Found[] = [];
    const steps = renamedPath(String(key.value), words);
    found.push(...words.map((word) => ({ ...word, offset: key.range?.[0] ?? 0 })));
    if (words.length > 0) key.value = steps.join(".");
    if (isSeq(value)) for (const item of value.items) rename(document, item, steps, found);
  }
}

function renamedPath(path: string, found: Found[]): string[] {
  const steps: string[] = [];
  for (const step of path.split(".")) {
    const now = renamedIn(renamedKeys, steps, step);
    if (now !== undefined) found.push({ old: step, now, offset: 0 });
    steps.push(now ?? step);
  }
  return steps;
}

/** Items of lists are numbered in the paths of factors and overrides. */
function renamedIn(table: readonly Renamed[], path: readonly string[], word: string): string | undefined {
  const at = path.map((step) => (/^\d+$/.test(step) ? "*" : step)).join(".");
  return table.find((one) => one.at === at && one.old === word)?.now;
}
