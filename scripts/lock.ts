/** What a lock file of this project must hold: no registry address, and every optional platform package. */
export interface LockEntry {
  version?: string;
  resolved?: string;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  libc?: string[];
  optionalDependencies?: Record<string, string>;
}
export interface Lock {
  packages: Record<string, LockEntry>;
}

export interface MissingPackage {
  readonly name: string;
  readonly version: string;
  readonly wantedBy: string;
}

/** Optional packages that an entry asks for and the lock does not hold; `npm ci` refuses such a lock (EUSAGE "Missing"). */
export function missingOptionalPackages(lock: Lock): MissingPackage[] {
  const held = new Set(Object.keys(lock.packages).map((path) => path.slice(path.lastIndexOf("node_modules/") + 13)));
  return Object.entries(lock.packages).flatMap(([where, entry]) =>
    Object.entries(entry.optionalDependencies ?? {})
      .filter(([name]) => !held.has(name))
      .map(([name, version]) => ({ name, version, wantedBy: where || "package.json" })),
  );
}

/** Entries fetched from an address rather than from whatever registry the user has set. */
export function entriesWithAddress(lock: Lock): string[] {
  return Object.entries(lock.packages)
    .filter(([, entry]) => entry.resolved?.startsWith("http"))
    .map(([path]) => path);
}
