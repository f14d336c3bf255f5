import type { NodeConduct } from "./conduct.ts";
import { honest } from "./honest.ts";

/** Longer than a client's patience, within the window for counter-proofs. */
const LATE_US = 90_000_000;

/** Means well and is slow: its output comes when the client has charged it already. */
export const deliversLate: NodeConduct = {
  ...honest,
  name: "delivers-late",
  paid: (job) => job.after(LATE_US, () => job.deliver()),
};
