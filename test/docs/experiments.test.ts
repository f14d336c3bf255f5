import { existsSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { z } from "zod";
import { attackSettings } from "../../src/lab/experiment-file-attack.ts";
import { crossHardwareSettings } from "../../src/lab/experiment-file-cross-hardware.ts";
import { disputesSettings } from "../../src/lab/experiment-file-disputes.ts";
import { figure1Forms, figure1Settings } from "../../src/lab/experiment-file-figure-1.ts";
import { networkSettings } from "../../src/lab/experiment-file-network.ts";
import { outsourcedSettings } from "../../src/lab/experiment-file-outsourced.ts";
import { verificationCostSettings } from "../../src/lab/experiment-file-verification-cost.ts";
import { attackRowsTable } from "../../src/lab/figures/attack/measurement.ts";
import { acceptanceTable, costTable } from "../../src/lab/figures/attack/summary.ts";
import { detectionTable } from "../../src/lab/figures/detection/summary.ts";
import { disputeRowsTable } from "../../src/lab/figures/disputes/measurement.ts";
import { variationTable } from "../../src/lab/figures/false-reject/variations.ts";
import { figure1RowsTable } from "../../src/lab/figures/figure-1/measurement.ts";
import { figure1SummaryTable } from "../../src/lab/figures/figure-1/summary.ts";
import { networkRowsTable } from "../../src/lab/figures/network/measurement.ts";
import { outsourcedRowsTable } from "../../src/lab/figures/outsourced/measurement.ts";
import { costRowsTable } from "../../src/lab/figures/verification-cost/measurement.ts";
import { costSummaryTable } from "../../src/lab/figures/verification-cost/summary.ts";
import { whereRowsTable } from "../../src/lab/figures/where-it-fails/measurement.ts";
import { whereTable } from "../../src/lab/figures/where-it-fails/summary.ts";
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
