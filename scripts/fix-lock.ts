/**
 * Adds the optional platform packages of other systems that npm left out of the lock (it does so when the registry it
 * was made with did not list them). Their os/cpu fields keep them from being fetched anywhere but on their own platform.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { type Lock, missingOptionalPackages } from "./lock.ts";

const systemOfWord: Record<string, string> = {
  android: "android",
  darwin: "darwin",
  mac: "darwin",
  win32: "win32",
  win: "win32",
  linux: "linux",
  freebsd: "freebsd",
  openbsd: "openbsd",
  netbsd: "netbsd",
  sunos: "sunos",
  aix: "aix",
  openharmony: "openharmony",
};
const processors = ["arm64", "x64", "arm", "ia32", "riscv64", "ppc64", "s390x", "loong64", "mips64el", "wasm32"];

const file = "package-lock.json";
const lock = JSON.parse(readFileSync(file, "utf8")) as Lock;
for (const { name, version, wantedBy } of missingOptionalPackages(lock)) {
  const words = name.split(/[-/.]/);
  const os = words.map((word) => systemOfWord[word]).find(Boolean) ?? "none";
  const cpu = words.find((word) => processors.includes(word)) ?? "none";
  const libc = words.includes("musl") ? { libc: ["musl"] } : {};
  lock.packages[`node_modules/${name}`] = { version, cpu: [cpu], ...libc, optional: true, os: [os] };
  console.log(`added ${name}@${version} (${os}/${cpu}), wanted by ${wantedBy}`);
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => (a < b ? -1 : 1)));
writeFileSync(file, `${JSON.stringify(lock, null, 2)}\n`);
