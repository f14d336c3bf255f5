/** Plain settings as their values by dotted path, as `--set` writes it: `jobs.hours`, `nodes.0.count`. Empty lists stay values. */
export function flattened(settings: object, path = ""): ReadonlyMap<string, unknown> {
  const entries = Object.entries(settings).flatMap(([key, value]): [string, unknown][] => {
    const at = path === "" ? key : `${path}.${key}`;
    const isInner = typeof value === "object" && value !== null && Object.keys(value).length > 0;
    return isInner ? [...flattened(value, at)] : [[at, value]];
  });
  return new Map(entries);
}
