/** One JSON Schema for experiment files of every kind: an editor with a YAML language server completes and checks with it. */
import { z } from "zod";
import { experimentHead, type FileKinds, presetHeadKeys } from "./file.ts";
import { gridFigures } from "./grid/figures.ts";

type Node = z.core.JSONSchema.JSONSchema;

/**
 * Draft 7, which editors know best. What combinations of settings can be (zod's refinements) is beyond it: `camelid run --dry-run` says
 * what it does not see.
 */
export function experimentFileSchema(kinds: FileKinds): Node {
  const head = schemaOf(experimentHead);
  const names = Object.keys(kinds).sort();
  // Kinds with the same settings share a definition, the first one's.
  const definitionOf = (name: string) => names.find((other) => kinds[other]!.settings === kinds[name]!.settings)!;
  return {
    $schema: "http://json-schema.org/draft-07/schema#",
    title: "Camelid experiment file",
    type: "object",
    properties: {
      ...head.properties,
      kind: { ...(head.properties!["kind"] as Node), enum: names },
      figures: headOf(
        head,
        Object.values(kinds).flatMap(({ figures = [] }) => figures),
      ).properties!["figures"]!,
    },
    required: [...head.required!],
    allOf: names.map((name) => ({
      if: { properties: { kind: { const: name } }, required: ["kind"] },
      // biome-ignore lint/suspicious/noThenProperty: JSON Schema's own keyword
      then: { $ref: `#/definitions/${definitionOf(name)}` },
    })),
    definitions: Object.fromEntries(
      names
        .filter((name) => definitionOf(name) === name)
        .map((name) => {
          const sharing = names.filter((other) => definitionOf(other) === name);
          const figures = sharing.flatMap((other) => kinds[other]!.figures ?? []);
          return [name, fileOfKind(headOf(head, figures), schemaOf(kinds[name]!.settings))];
        }),
    ),
  };
}

/** With the names of the figures that these runs draw. */
function headOf(head: Node, own: readonly string[]): Node {
  const names = [...new Set([...own, ...gridFigures])];
  const figures = { ...(head.properties!["figures"] as Node), items: { type: "string" as const, enum: names } };
  return { ...head, properties: { ...head.properties, figures } };
}

function fileOfKind(head: Node, settings: Node): Node {
  const preset = {
    type: "object" as const,
    properties: Object.fromEntries(
      Object.entries({ ...settings.properties, ...pick(head, presetHeadKeys) }).map(([key, node]) => [
        key,
        inPart(node as Node),
      ]),
    ),
    additionalProperties: false,
  };
  const presets = { ...(head.properties!["presets"] as Node), additionalProperties: preset };
  return {
    type: "object",
    properties: { ...head.properties, ...settings.properties, presets },
    required: [...head.required!, ...(settings.required ?? [])],
    additionalProperties: false,
  };
}

/** As a preset lays it over the file's own: of a block, any of its keys; lists are replaced whole. */
function inPart(node: Node): Node {
  const { required: _, ...rest } = node;
  const parts = (nodes: Readonly<Record<string, unknown>>) =>
    Object.fromEntries(Object.entries(nodes).map(([key, one]) => [key, inPart(one as Node)]));
  return {
    ...rest,
    ...(node.properties ? { properties: parts(node.properties) as Node["properties"] } : {}),
    ...(typeof node.additionalProperties === "object"
      ? { additionalProperties: inPart(node.additionalProperties as Node) }
      : {}),
    ...(node.anyOf ? { anyOf: node.anyOf.map((one) => inPart(one as Node)) } : {}),
  } as Node;
}

function schemaOf(schema: z.ZodObject): Node {
  const {
    $schema: _,
    definitions = {},
    ...node
  } = z.toJSONSchema(schema, {
    io: "input",
    unrepresentable: "any",
    target: "draft-7",
  }) as Node;
  return withoutReferences(node, definitions as Readonly<Record<string, Node>>) as Node;
}

/** What refers to itself is any JSON value (zod's `json`), and needs no words. */
function withoutReferences(node: unknown, definitions: Readonly<Record<string, Node>>): unknown {
  if (Array.isArray(node)) return node.map((one) => withoutReferences(one, definitions));
  if (typeof node !== "object" || node === null) return node;
  const { $ref: reference, ...rest } = node as { readonly $ref?: unknown };
  if (typeof reference === "string") {
    const definition = definitions[reference.slice("#/definitions/".length)]!;
    if (!JSON.stringify(definition).includes(`"${reference}"`))
      return withoutReferences({ ...definition, ...rest }, definitions);
  }
  return Object.fromEntries(Object.entries(rest).map(([key, one]) => [key, withoutReferences(one, definitions)]));
}

function pick({ properties }: Node, keys: readonly string[]): Record<string, unknown> {
  return Object.fromEntries(keys.map((key) => [key, properties![key]]));
}
