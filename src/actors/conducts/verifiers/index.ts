/** What verifiers can be like. To add one: a file like its neighbours, a line here. */
import { collude } from "./collude.ts";
import type { VerifierConduct } from "./conduct.ts";
import { deny } from "./deny.ts";
import { echo } from "./echo.ts";
import { honest } from "./honest.ts";

export const verifierConducts = { honest, echo, collude, deny } as const satisfies Readonly<
  Record<string, VerifierConduct>
>;
