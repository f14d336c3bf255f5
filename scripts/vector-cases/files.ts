/** Every vector file as it should stand in test/vectors: path below it, and text. Pure: the same every time. */
import { firstDifference } from "../../src/protocol/json.ts";
import { parameters } from "../../src/protocol/parameters.ts";
import { type Revision, revisions } from "../../src/protocol/revisions.ts";
import { type VectorCase, type VectorFile, vectorFormat } from "../../src/protocol/vectors/check.ts";
import { vectorRules } from "../../src/protocol/vectors/rules.ts";
import { chainFiles } from "./chain.ts";
import type { CaseDraft, FileDraft } from "./draft.ts";
import { jobPoolFiles } from "./job-pool.ts";
import { jobFiles } from "./jobs.ts";
import { messageFiles } from "./messages.ts";
import { modelFiles } from "./model.ts";
import { moneyFiles } from "./money.ts";
import { rasticFiles } from "./rastic.ts";

const drafts: readonly FileDraft[] = [
  ...moneyFiles,
  ...chainFiles,
  ...rasticFiles,
  ...modelFiles,
  ...jobFiles,
  ...jobPoolFiles,
  ...messageFiles,
];

export interface RenderedFile {
  readonly path: string;
  readonly text: string;
}

export function vectorFiles(): RenderedFile[] {
  return drafts.flatMap((draft) =>
    revisions.flatMap((revision) => {
      const cases = draft.cases(revision);
      return cases.length === 0
        ? []
        : [{ path: `${revision}/${draft.file}.json`, text: toText(render(draft, revision, cases)) }];
    }),
  );
}

/** One case per line block, so that a changed rule shows as changed cases in a diff. */
function toText(file: VectorFile): string {
  const { cases, ...head } = file;
  const lines = cases.map((one) => `  ${JSON.stringify(one)}`).join(",\n");
  return `${JSON.stringify(head, null, 1).slice(0, -2)},\n "cases": [\n${lines}\n ]\n}\n`;
}

function render(draft: FileDraft, revision: Revision, drafted: readonly CaseDraft[]): VectorFile {
  const preset = draft.preset ?? "minimal";
  const cases = drafted.map((one) => renderCase(draft, revision, preset, one));
  const names = cases.map(({ name }) => name);
  const twice = names.find((name, i) => names.indexOf(name) !== i);
  if (twice !== undefined) throw new Error(`${revision}/${draft.file}: two cases are called "${twice}"`);
  return { format: vectorFormat, rule: draft.rule, revision, preset, about: draft.about, cases };
}

function renderCase(
  draft: FileDraft,
  revision: Revision,
  preset: VectorFile["preset"],
  { name, pre = null, operation, expect, post }: CaseDraft,
): VectorCase {
  const rule = vectorRules.get(draft.rule)!;
  const result = rule.apply({ revision, parameters: parameters(preset) }, pre, operation);
  const found = result.ok ? "accepted" : result.rejection.code;
  const place = `${revision}/${draft.file}, "${name}"`;
  if (found !== expect)
    throw new Error(`${place}: ${found}${result.ok ? "" : ` (${result.rejection.message})`}, expected ${expect}`);
  if (!result.ok) return { name, pre, operation, code: expect };
  const difference = post === undefined ? null : firstDifference(result.value, post);
  if (difference !== null) throw new Error(`${place}: the rule's result differs from the draft's at ${difference}`);
  return { name, pre, operation, post: result.value };
}
