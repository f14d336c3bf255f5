import type { Manifest } from "../results/manifest.ts";
import type { Machine, Software } from "../results/provenance.ts";
import type { Sides } from "./sides.ts";

/** What compared, and what: both sides' whole manifests. */
export interface ComparisonManifest {
  readonly format: "camelid-compare/1";
  readonly commandLine: readonly string[];
  readonly startedAt: string;
  readonly endedAt: string;
  readonly margins: readonly string[];
  readonly only: readonly string[];
  readonly software: Software;
  readonly machine: Machine;
  readonly sides: Sides<{ readonly folder: string; readonly manifest: Manifest }>;
  readonly warnings: readonly string[];
  readonly files: Manifest["files"];
}
