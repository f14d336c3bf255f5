/** Every experiment there is, by the name that `kind:` gives in its files: one line each, and nothing else. */
import type { ExperimentRegistry } from "../src/lab/experiment/define.ts";
import { breakEven } from "./break-even/experiment.ts";
import { crossHardware } from "./cross-hardware/experiment.ts";
import { detection } from "./detection/experiment.ts";
import { disputes } from "./disputes/experiment.ts";
import { falseAccept } from "./false-accept/experiment.ts";
import { falseReject } from "./false-reject/experiment.ts";
import { figure1 } from "./figure-1/experiment.ts";
import { network } from "./network/experiment.ts";
import { outsourced } from "./outsourced/experiment.ts";
import { population } from "./population/experiment.ts";
import { securityFrontier } from "./security-frontier/experiment.ts";
import { tokenCost } from "./token-cost/experiment.ts";
import { verificationCost } from "./verification-cost/experiment.ts";
import { verifiersDilemma } from "./verifiers-dilemma/experiment.ts";
import { whereItFails } from "./where-it-fails/experiment.ts";

export const experimentRegistry: ExperimentRegistry = Object.fromEntries(
  [
    breakEven,
    crossHardware,
    detection,
    disputes,
    falseAccept,
    falseReject,
    figure1,
    network,
    outsourced,
    population,
    securityFrontier,
    tokenCost,
    verificationCost,
    verifiersDilemma,
    whereItFails,
  ].map((kind) => [kind.name, kind]),
);
