import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { variationTable } from "../../experiments/attack/false-rejects/variations.ts";
import { attackRowsTable } from "../../experiments/attack/rows.ts";
import { attackSettings } from "../../experiments/attack/settings.ts";
import { acceptanceTable, costTable } from "../../experiments/attack/summary.ts";
import { crossHardwareSettings } from "../../experiments/cross-hardware/settings.ts";
import { detectionTable } from "../../experiments/detection/summary.ts";
import { disputeRowsTable } from "../../experiments/disputes/rows.ts";
import { disputesSettings } from "../../experiments/disputes/settings.ts";
import { figure1RowsTable } from "../../experiments/figure-1/rows.ts";
import { figure1Forms, figure1Settings } from "../../experiments/figure-1/settings.ts";
import { figure1SummaryTable } from "../../experiments/figure-1/summary.ts";
import { networkRowsTable } from "../../experiments/network/rows.ts";
import { networkSettings } from "../../experiments/network/settings.ts";
import { outsourcedRowsTable } from "../../experiments/outsourced/rows.ts";
import { outsourcedSettings } from "../../experiments/outsourced/settings.ts";
import { costRowsTable } from "../../experiments/verification-cost/rows.ts";
import { verificationCostSettings } from "../../experiments/verification-cost/settings.ts";
import { costSummaryTable } from "../../experiments/verification-cost/summary.ts";
import { whereRowsTable } from "../../experiments/where-it-fails/rows.ts";
import { whereTable } from "../../experiments/where-it-fails/summary.ts";
import { parameterTable } from "../../src/protocol/parameters.ts";

const page = readFileSync("docs/experiments.md", "utf8");

/** The words in code of the section about one kind. */
function named(kind: string): Set<string> {
  const section = page.split(/^## /m).find((part) => part.startsWith(`${kind}\n`))!;
  return new Set([...section.matchAll(/`([^`]+)`/g)].map(([, word]) => word!));
}

function keysOf(node: z.core.JSONSchema.JSONSchema): string[] {
  const inner = [node.items, ...(node.anyOf ?? []), ...Object.values(node.properties ?? {})];
  return [...Object.keys(node.properties ?? {}), ...inner.flatMap((part) => (part ? keysOf(part as typeof node) : []))];
}

const kinds = [
  { kind: "outsourced", settings: outsourcedSettings, tables: [outsourcedRowsTable([])] },
  {
    kind: "false-accept",
    settings: attackSettings,
    tables: [attackRowsTable([]), acceptanceTable([]), costTable([])],
  },
  { kind: "false-reject", settings: null, tables: [variationTable([])] },
  { kind: "cross-hardware", settings: crossHardwareSettings, tables: [] },
  { kind: "detection", settings: null, tables: [detectionTable([])] },
  { kind: "where-it-fails", settings: null, tables: [whereRowsTable([]), whereTable([])] },
  { kind: "network", settings: networkSettings, tables: [networkRowsTable([])] },
  { kind: "disputes", settings: disputesSettings, tables: [disputeRowsTable([])] },
  { kind: "figure-1", settings: figure1Settings, tables: [figure1RowsTable([]), figure1SummaryTable([])] },
  { kind: "verification-cost", settings: verificationCostSettings, tables: [costRowsTable([]), costSummaryTable([])] },
];

describe("docs/experiments.md", () => {
  test.each(kinds)("names every setting and column of $kind", ({ kind, settings, tables }) => {
    const words = named(kind);
    // The attack experiments share their settings, which are told with the first of them.
    if (settings !== null) {
      const keys = keysOf(z.toJSONSchema(settings, { io: "input", unrepresentable: "any" }));
      expect(keys.length).toBeGreaterThan(10);
      // The protocol's numbers have a page of their own.
      expect(keys.filter((key) => !words.has(key) && !(key in parameterTable))).toEqual([]);
    }
    const columns = tables.flatMap((table) => table.columns.map(({ name }) => name));
    expect(columns.filter((column) => !words.has(column))).toEqual([]);
  });

  test("explains every form", () => {
    const explained = [...page.matchAll(/^\| `([a-z-]+)` +\|/gm)].map(([, form]) => form!);
    expect(figure1Forms.filter((form) => !explained.includes(form))).toEqual([]);
  });

  test("links to files that exist", () => {
    const targets = [...page.matchAll(/\]\(([^)]+)\)/g)].map(([, target]) => `docs/${target}`);
    expect(targets.length).toBeGreaterThan(3);
    expect(targets.filter((target) => !existsSync(target))).toEqual([]);
  });
});
