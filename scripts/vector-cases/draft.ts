/**
 * How golden vectors are written down before they are vectors: what is done and what must come of it.
 *
 * A draft says `accepted` or the rejection's code by hand; the generator lets the rule compute `post`, and stops when the rule
 * disagrees with the hand. Where `post` is known from elsewhere (a published vector, a hand calculation), give it: it is
 * compared too.
 */
import type { Json } from "../../src/protocol/json.ts";
import type { PresetName } from "../../src/protocol/parameters.ts";
import type { Revision } from "../../src/protocol/revisions.ts";

export interface CaseDraft {
  readonly name: string;
  /** State before; null for rules without state. */
  readonly pre?: Json;
  readonly operation: Json;
  /** "accepted", or the code of the rejection. */
  readonly expect: string;
  readonly post?: Json;
}

export interface FileDraft {
  /** File name without `.json`. */
  readonly file: string;
  readonly rule: string;
  /** One or two sentences for other implementers, with the sources' section. */
  readonly about: string;
  /** `minimal` when left out. */
  readonly preset?: PresetName;
  /** Called for each revision; a revision without cases has no such file. */
  readonly cases: (revision: Revision) => readonly CaseDraft[];
}
