import { spawnSync } from "node:child_process";

/** A board as the NVIDIA driver describes it. */
export interface NvidiaBoard {
  readonly name: string;
  readonly driverVersion: string;
  readonly memoryMib: string;
  readonly computeCapability: string;
}

/** The boards that `nvidia-smi` lists; none where it is absent or finds no driver. */
export function nvidiaBoards(): NvidiaBoard[] {
  const query = ["--query-gpu=name,driver_version,memory.total,compute_cap", "--format=csv,noheader,nounits"];
  const { status, stdout } = spawnSync("nvidia-smi", query, { encoding: "utf8", timeout: 10_000 });
  if (status !== 0) return [];
  return stdout
    .split("\n")
    .map((line) => line.split(",").map((field) => field.trim()))
    .flatMap(([name, driverVersion, memoryMib, computeCapability]) =>
      name && driverVersion && memoryMib && computeCapability
        ? [{ name, driverVersion, memoryMib, computeCapability }]
        : [],
    );
}
