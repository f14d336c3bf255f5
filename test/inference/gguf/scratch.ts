import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll } from "vitest";
import { ModelFileError } from "../../../src/inference/model-file-error.ts";

/** A folder that goes away with the test file. */
export function scratchFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "camelid-test-"));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** The ModelFileError that `action` throws; any other end fails the test. */
export async function modelFileError(action: () => unknown): Promise<ModelFileError> {
  try {
    await action();
  } catch (error) {
    if (error instanceof ModelFileError) return error;
    throw error;
  }
  throw new Error("expected a ModelFileError, and nothing was thrown");
}
