/** How settings are laid over each other: a file's own, its preset, overrides. */
import { z } from "zod";

type Block = Readonly<Record<string, unknown>>;

/**
 * Blocks are laid over each other key by key; lists and plain values are replaced whole. A block that can have one of several forms
 * (`{ published, speed }` or `{ calibrated }`) is replaced, too, by one whose keys are those of another form.
 *
 * @param schema of the whole; without it, blocks have one form each
 */
export function overlay(below: Block, above: Block, schema?: z.ZodType): Record<string, unknown> {
  return overlaid(below, above, schema === undefined ? [] : formsOf(schema));
}

function overlaid(below: Block, above: Block, forms: readonly z.ZodType[]): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...below };
  for (const [key, value] of Object.entries(above)) {
    const under = merged[key];
    merged[key] = isRecord(under) && isRecord(value) ? laidOver(under, value, valuesAt(forms, key)) : value;
  }
  return merged;
}

function laidOver(below: Block, above: Block, forms: readonly z.ZodType[]): Block {
  const merged = overlaid(below, above, forms);
  const blocks = forms.filter((form) => form instanceof z.ZodObject);
  const isOtherForm =
    !blocks.some((form) => hasForm(merged, form)) &&
    blocks.some((form) => hasForm(below, form)) &&
    blocks.some((form) => hasForm(above, form));
  return isOtherForm ? above : merged;
}

/** Whether the keys are those of this form, and what names it (`kind: churn`) says so; whether values are right is asked later. */
function hasForm(block: Block, { shape }: z.ZodObject): boolean {
  return Object.entries(block).every(([key, value]) => {
    const known = Object.hasOwn(shape, key) ? shape[key] : undefined;
    if (known instanceof z.ZodLiteral) return known.values.has(value as never);
    return known !== undefined;
  });
}

function valuesAt(forms: readonly z.ZodType[], key: string): z.ZodType[] {
  return forms.flatMap((form) => {
    if (form instanceof z.ZodRecord) return formsOf(form.valueType as z.ZodType);
    const value = form instanceof z.ZodObject && Object.hasOwn(form.shape, key) ? form.shape[key] : undefined;
    return value === undefined ? [] : formsOf(value as z.ZodType);
  });
}

/** What a schema is a choice between; what may be absent or null is, where it is there, what it is. */
function formsOf(schema: z.ZodType): z.ZodType[] {
  if (schema instanceof z.ZodUnion) return schema.options.flatMap((option) => formsOf(option as z.ZodType));
  if (schema instanceof z.ZodPipe) return formsOf(schema.in as z.ZodType);
  if (
    schema instanceof z.ZodOptional ||
    schema instanceof z.ZodNullable ||
    schema instanceof z.ZodDefault ||
    schema instanceof z.ZodPrefault
  )
    return formsOf(schema.unwrap() as z.ZodType);
  return [schema];
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
