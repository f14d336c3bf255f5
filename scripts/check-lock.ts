/** Fails when package-lock.json names a registry's address or lacks a platform package of some other system. */
import { readFileSync } from "node:fs";
import { entriesWithAddress, type Lock, missingOptionalPackages } from "./lock.ts";

const lock = JSON.parse(readFileSync("package-lock.json", "utf8")) as Lock;
const complaints = [
  ...entriesWithAddress(lock).map((path) => `${path} holds a download address`),
  ...missingOptionalPackages(lock).map(
    ({ name, version, wantedBy }) => `${wantedBy} wants ${name}@${version}: missing`,
  ),
];
for (const complaint of complaints) console.error(`package-lock.json: ${complaint}`);
if (complaints.length > 0) console.error("run 'npm run lock' to mend it");
process.exitCode = complaints.length > 0 ? 1 : 0;
