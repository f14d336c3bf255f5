import { type Document, isAlias, isMap, isNode, isPair, isScalar, isSeq, type LineCounter, visit } from "yaml";
import { z } from "zod";

type Path = readonly (string | number)[];
type Issue = z.core.$ZodIssue;

/** One source of settings: the file itself, a preset in it, or an override on the command line. */
export interface Layer {
  readonly content: Record<string, unknown>;
  /** Where in the file this layer's content stands; absent on the command line. */
  readonly at?: Path;
  /** What a message calls a layer that is not in the file, such as `--set repeats=0`. */
  readonly source?: string;
  /** The one value that an override is about. */
  readonly answersFor?: Path;
}

/** Collects what is wrong with an experiment file, each with its place, each said once. */
export class ProblemList {
  readonly #file: string;
  readonly #document: Document.Parsed;
  readonly #lines: LineCounter;
  readonly #found = new Map<string, number>();

  constructor(file: string, document: Document.Parsed, lines: LineCounter) {
    this.#file = file;
    this.#document = document;
    this.#lines = lines;
  }

  get empty(): boolean {
    return this.#found.size === 0;
  }

  /** In file order, what is not in the file last. */
  lines(): string[] {
    return [...this.#found].sort(([, a], [, b]) => a - b).map(([line]) => line);
  }

  addLine(line: string): void {
    this.#add(line, Number.MAX_SAFE_INTEGER);
  }

  /**
   * The file's content as plain values, or undefined where YAML itself is broken beyond reading on.
   *
   * @param prepare may change the document once it is known to be sound
   */
  readDocument(prepare: () => void = () => {}): Record<string, unknown> | undefined {
    const duplicateKeys = keyPathsByOffset(this.#document);
    let broken = false;
    for (const error of [...this.#document.errors, ...this.#document.warnings]) {
      const [offset] = error.pos;
      if (error.code === "DUPLICATE_KEY") {
        const path = duplicateKeys.get(offset) ?? "";
        this.#addAt(offset, path, "this key is given more than once; keep one");
      } else if (error.code === "MULTIPLE_DOCS") {
        broken = true;
        this.#addAt(
          offset,
          "",
          "a second document starts here; expected one experiment in a file, so give it one of its own",
        );
      } else {
        broken = true;
        this.#addAt(offset, "", error.message.replace(/\s+/g, " "));
      }
    }
    const sizeOf = writtenOutSizes(this.#document);
    let size = 0;
    visit(this.#document, {
      Alias: (_, alias) => {
        const target = alias.resolve(this.#document);
        if (target !== undefined) size += sizeOf(target);
        if (target !== undefined && size <= mostAliasedValues) return undefined;
        broken = true;
        this.#addAt(
          alias.range?.[0] ?? 0,
          "",
          target === undefined
            ? `*${alias.source}: expected the name of an anchor above, such as &${alias.source}`
            : `*${alias.source}: ${
                size === Number.POSITIVE_INFINITY
                  ? `stands within &${alias.source}, so it would have no end`
                  : `aliases up to here stand for more than ${mostAliasedValues} values`
              }; write out what is meant`,
        );
        return target === undefined ? undefined : visit.BREAK;
      },
    });
    if (broken) return undefined;
    prepare();
    try {
      const content: unknown = this.#document.toJS({ maxAliasCount: -1 });
      return typeof content === "object" && content !== null ? (content as Record<string, unknown>) : undefined;
    } catch (error) {
      this.addLine(`${this.#file}: ${(error as Error).message}`);
      return undefined;
    }
  }

  addUnknownKind(found: unknown, kinds: readonly string[]): void {
    this.#addInFile(["kind"], `expected one of ${kinds.join(", ")}, found ${show(found)}${didYouMean(found, kinds)}`);
  }

  addUnknownPreset(name: string, presets: readonly string[]): void {
    const expected = presets.length > 0 ? `expected one of ${presets.join(", ")}` : "the file has no presets";
    this.addLine(`--preset ${name}: ${expected}${didYouMean(name, presets)}`);
  }

  addUnknownSetting(source: string, key: string, known: readonly string[]): void {
    const fixed = key === "kind" || key === "presets";
    this.addLine(`${source} ${key}: ${fixed ? "can only be changed in the file" : unknownKey(key, known)}`);
  }

  addUnknownKeys(at: Path, found: readonly string[], known: readonly string[]): void {
    for (const key of found.filter((key) => !known.includes(key))) {
      this.#addInFile([...at, key], unknownKey(key, known), "key");
    }
  }

  /** @param layers what `content` was merged from, lowest first: each issue is reported where its value came from */
  addIssues(issues: readonly Issue[], schema: z.ZodObject, content: unknown, layers: readonly Layer[]): void {
    for (const issue of issues.flatMap((issue) => explain(issue, schema, content))) this.#addWhereGiven(issue, layers);
  }

  addFactorProblem(factor: string, message: string, layers: readonly Layer[]): void {
    this.#addWhereGiven({ path: ["factors", factor], message }, layers);
  }

  addUnknownFactor(factor: string, known: readonly string[], layers: readonly Layer[]): void {
    const [key] = factor.split(".");
    this.#addWhereGiven(
      { path: ["factors", factor], message: `${key}: ${unknownKey(key!, known)}`, place: "key" },
      layers,
    );
  }

  /** @param combination in words; each issue is reported at the factor whose setting it is about, else at all of them */
  addCombinationIssues(
    issues: readonly Issue[],
    schema: z.ZodObject,
    content: unknown,
    layers: readonly Layer[],
    factors: readonly string[],
    combination: string,
  ): void {
    for (const { path, message } of issues.flatMap((issue) => explain(issue, schema, content))) {
      const place = path.join(".");
      const factor = factors.find((name) => `${place}.`.startsWith(`${name}.`) || `${name}.`.startsWith(`${place}.`));
      // A value that cannot be is said once, not for each combination that it is part of.
      const said = factor === place ? message : `with ${combination}: ${place}: ${message}`;
      this.#addWhereGiven({ path: factor === undefined ? ["factors"] : ["factors", factor], message: said }, layers);
    }
  }

  /** In the file, or on the command line: wherever the value was given that a message is about. */
  #addWhereGiven({ path, message, place }: Explained, layers: readonly Layer[]): void {
    const layer = layers.findLast((layer) => suppliedBy(layer, path));
    if (layer?.source !== undefined) this.addLine(`${layer.source} ${path.join(".")}: ${message}`);
    else this.#addInFile([...(layer?.at ?? []), ...path], message, place);
  }

  #addInFile(path: Path, message: string, place: "key" | "value" = "value"): void {
    this.#addAt(this.#offsetOf(path, place), path.join("."), message);
  }

  #addAt(offset: number, path: string, message: string): void {
    const { line, col } = this.#lines.linePos(offset);
    this.#add(`${this.#file}:${line}:${col} ${path === "" ? "" : `${path}: `}${message}`, offset);
  }

  #add(line: string, order: number): void {
    if (!this.#found.has(line)) this.#found.set(line, order);
  }

  /** Where the value of this path starts, or its key; of a missing value, what should have held it. */
  #offsetOf(path: Path, place: "key" | "value"): number {
    let node: unknown = this.#document.contents;
    let offset = this.#document.contents?.range?.[0] ?? 0;
    for (const step of path) {
      if (isSeq(node)) {
        node = node.items[Number(step)];
      } else if (isMap(node)) {
        // Of a key given twice the last one counts, as in the values that were checked.
        const pair = node.items.findLast((pair) => isScalar(pair.key) && String(pair.key.value) === String(step));
        if (place === "key" && step === path.at(-1) && isScalar(pair?.key)) return pair.key.range?.[0] ?? offset;
        node = pair?.value;
      } else {
        break;
      }
      if (isNode(node) && node.range) offset = node.range[0];
    }
    return offset;
  }
}

interface Explained {
  readonly path: Path;
  readonly message: string;
  readonly place?: "key";
}

function explain(issue: Issue, schema: z.ZodObject, content: unknown): Explained[] {
  const path = issue.path as Path;
  const value = valueAt(content, path);
  if (value === undefined) return [{ path, message: `is missing; expected ${descriptionAt(schema, path, issue)}` }];
  const found = Array.isArray(value) && value.length === 0 ? "an empty list" : show(value);
  switch (issue.code) {
    case "invalid_type":
      return [{ path, message: `expected ${noun(issue.expected)}, found ${found}` }];
    case "too_small":
      return [{ path, message: `expected ${bound("at least", "more than", issue, issue.minimum)}, found ${found}` }];
    case "too_big":
      return [{ path, message: `expected ${bound("at most", "less than", issue, issue.maximum)}, found ${found}` }];
    case "invalid_value": {
      const expected = issue.values.length === 1 ? show(issue.values[0]) : `one of ${issue.values.join(", ")}`;
      return [{ path, message: `expected ${expected}, found ${found}${didYouMean(value, issue.values.map(String))}` }];
    }
    case "unrecognized_keys":
      return issue.keys.map((key) => ({
        path: [...path, key],
        message: unknownKey(key, propertiesAt(schema, path)),
        place: "key" as const,
      }));
    case "invalid_union": {
      const likely = likeliestBranch(issue.errors, value);
      if (likely === undefined) {
        return [{ path, message: `expected ${descriptionAt(schema, path, issue)}, found ${found}` }];
      }
      return likely.flatMap((inner) => explain({ ...inner, path: [...path, ...inner.path] } as Issue, schema, content));
    }
    case "invalid_key":
      return [{ path, message: `${issue.issues[0]?.message}, found ${path.at(-1)}`, place: "key" }];
    case "invalid_format":
      return [{ path, message: `${issue.message}, found ${found}` }];
    default:
      return [{ path, message: issue.message }];
  }
}

/** Of a choice between blocks, the one whose keys the writer was using; undefined where the value is no block at all. */
function likeliestBranch(branches: readonly (readonly Issue[])[], value: unknown): readonly Issue[] | undefined {
  if (typeof value !== "object" || value === null) return undefined;
  const misfit = (issue: Issue) => {
    if (issue.code === "unrecognized_keys") return 2 * issue.keys.length;
    return valueAt(value, issue.path as Path) === undefined ? 2 : 1;
  };
  const total = (issues: readonly Issue[]) => issues.reduce((sum, issue) => sum + misfit(issue), 0);
  return [...branches].sort((a, b) => total(a) - total(b))[0];
}

const NOUNS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "a block of keys",
  record: "a block of keys",
};

function noun(expected: string): string {
  return NOUNS[expected] ?? expected;
}

function bound(
  inclusive: string,
  exclusive: string,
  issue: { origin: string; inclusive?: boolean | undefined },
  limit: number | bigint,
): string {
  const things: Readonly<Record<string, string>> = { array: " item", string: " character" };
  const thing = things[issue.origin] ?? "";
  return `${issue.inclusive === false ? exclusive : inclusive} ${limit}${thing}${thing !== "" && Number(limit) !== 1 ? "s" : ""}`;
}

function unknownKey(key: string, known: readonly string[]): string {
  return `unknown key${didYouMean(key, known)}; known here: ${known.join(", ")}`;
}

/** The schema's own words for what stands at a path, or the type that was asked for, or the forms that it may take. */
function descriptionAt(schema: z.ZodObject, path: Path, issue: Issue): string {
  const nodes = jsonSchemaAt(schema, path);
  const described = nodes.find((node) => node.description !== undefined)?.description;
  return described ?? (issue.code === "invalid_type" ? noun(issue.expected) : formsInWords(nodes));
}

/** "prototype, a number or {calibrated}". */
function formsInWords(nodes: readonly z.core.JSONSchema.JSONSchema[]): string {
  const forms = nodes.flatMap((node) => {
    if (node.const !== undefined) return [show(node.const)];
    if (node.enum !== undefined) return node.enum.map(show);
    if (node.properties !== undefined) return [`{${(node.required ?? Object.keys(node.properties)).join(", ")}}`];
    return typeof node.type === "string" ? [noun(node.type)] : [];
  });
  const distinct = [...new Set(forms)];
  return [distinct.slice(0, -1).join(", "), distinct.at(-1)].filter(Boolean).join(" or ") || "another value";
}

function propertiesAt(schema: z.ZodObject, path: Path): string[] {
  return [...new Set(jsonSchemaAt(schema, path).flatMap((node) => Object.keys(node.properties ?? {})))];
}

/** The JSON Schema of a place: one node, or one per branch where there is a choice. */
function jsonSchemaAt(schema: z.ZodObject, path: Path): z.core.JSONSchema.JSONSchema[] {
  type Node = z.core.JSONSchema.JSONSchema;
  const branches = (node: Node): Node[] => [
    node,
    ...(node.anyOf ?? node.oneOf ?? []).flatMap((n) => branches(n as Node)),
  ];
  const root = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as Node;
  return path.reduce<Node[]>(
    (nodes, step) =>
      nodes
        .map(
          (node) =>
            (typeof step === "number" ? node.items : (node.properties?.[step] ?? node.additionalProperties)) as
              | Node
              | boolean
              | undefined,
        )
        .filter((node) => typeof node === "object")
        .flatMap(branches),
    branches(root),
  );
}

/** Whether this layer holds the value of the path, or a plain value or list above it, or is the override that made it. */
function suppliedBy(layer: Layer, path: Path): boolean {
  if (layer.answersFor) {
    const shorter = Math.min(path.length, layer.answersFor.length);
    return layer.answersFor.slice(0, shorter).join(".") === path.slice(0, shorter).join(".");
  }
  let value: unknown = layer.content;
  for (const step of path) {
    if (Array.isArray(value)) return true;
    if (typeof value !== "object" || value === null || !(step in value)) return false;
    value = (value as Record<string, unknown>)[step];
  }
  return true;
}

function valueAt(content: unknown, path: Path): unknown {
  return path.reduce<unknown>(
    (value, step) => (value as Record<string | number, unknown> | undefined)?.[step],
    content,
  );
}

function show(value: unknown): string {
  let text: string;
  try {
    text = JSON.stringify(value) ?? "nothing";
  } catch {
    text = "a value that contains itself";
  }
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function didYouMean(word: unknown, known: readonly string[]): string {
  if (typeof word !== "string") return "";
  const near = known.map((key) => ({ key, edits: edits(word, key) })).sort((a, b) => a.edits - b.edits)[0];
  const tolerated = word.length < 4 ? 1 : Math.max(2, word.length / 3);
  return near && near.edits <= tolerated ? `; did you mean ${near.key}?` : "";
}

/** Levenshtein distance. */
function edits(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      next[j] = Math.min(row[j]! + 1, next[j - 1]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1));
    }
    row = next;
  }
  return row[b.length]!;
}

/** No experiment file is as large; aliases of aliases of aliases soon are. */
const mostAliasedValues = 10_000;

/** How many values a node of the document is with every alias in it written out; infinitely many for one that contains itself. */
function writtenOutSizes(document: Document.Parsed): (node: unknown) => number {
  const sizes = new Map<unknown, number>();
  const sizeOf = (node: unknown): number => {
    if (isAlias(node)) return sizeOf(node.resolve(document));
    if (isPair(node)) return sizeOf(node.value);
    if (!isMap(node) && !isSeq(node)) return 1;
    const known = sizes.get(node);
    if (known !== undefined) return known;
    sizes.set(node, Number.POSITIVE_INFINITY);
    const size = (node.items as readonly unknown[]).reduce<number>((sum, item) => sum + sizeOf(item), 1);
    sizes.set(node, size);
    return size;
  };
  return sizeOf;
}

function keyPathsByOffset(document: Document.Parsed): Map<number, string> {
  const paths = new Map<number, string>();
  visit(document, {
    Pair(_, pair, ancestors) {
      if (!isScalar(pair.key) || !pair.key.range) return;
      const keys = ancestors.filter(isPair).map((above) => (isScalar(above.key) ? String(above.key.value) : "?"));
      paths.set(pair.key.range[0], [...keys, String(pair.key.value)].join("."));
    },
  });
  return paths;
}
