import type { ClientConduct } from "./conduct.ts";

/** Commits money, lets nodes work, and pays nobody. */
export const neverPays: ClientConduct = {
  name: "never-pays",
  followsProtocol: false,
  *follow() {},
};
