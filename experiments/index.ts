import type { ExperimentKind } from "../src/lab/experiment/kind.ts";
import { attackSettings } from "./attack/settings.ts";
import { crossHardwareSettings } from "./cross-hardware/settings.ts";
import { disputesSettings } from "./disputes/settings.ts";
import {
  breakEvenSettings,
  populationSettings,
  securityFrontierSettings,
  verifiersDilemmaSettings,
} from "./economics/settings.ts";
import { type Figure1Settings, figure1Settings } from "./figure-1/settings.ts";
import { networkSettings } from "./network/settings.ts";
import { outsourcedSettings } from "./outsourced/settings.ts";
import { tokenCostSettings } from "./token-cost/settings.ts";
import { type VerificationCostSettings, verificationCostSettings } from "./verification-cost/settings.ts";

/** Every kind of experiment there is. A kind's code is loaded when it runs, so that `camelid --help` stays quick. */
export const experimentKinds: Readonly<Record<string, ExperimentKind>> = {
  "break-even": {
    settings: breakEvenSettings,
    run: async (experiment, environment) =>
      (await import("./break-even/experiment.ts")).runBreakEven(experiment, environment),
    outcomeOf: async (rowsCsv) => {
      const { breakEvenRowsTable } = await import("./break-even/rows.ts");
      const { breakEvenOutcome } = await import("./break-even/analyse.ts");
      const { fromCsv } = await import("../src/lab/results/table.ts");
      return breakEvenOutcome(fromCsv(rowsCsv, breakEvenRowsTable([])));
    },
    metrics: async () => (await import("./break-even/compare.ts")).breakEvenMetrics,
  },
  "cross-hardware": {
    settings: crossHardwareSettings,
    ownHardware: true,
    run: async (experiment, environment) =>
      (await import("./cross-hardware/experiment.ts")).runCrossHardware(experiment, environment),
    outcomeOf: async (rowsCsv, seed) => {
      const { attackRowsOf } = await import("./attack/rows.ts");
      const { falseRejectOutcome } = await import("./attack/false-rejects/analyse.ts");
      return falseRejectOutcome(attackRowsOf(rowsCsv), seed);
    },
    metrics: async () => (await import("./attack/compare.ts")).attackMetrics,
  },
  detection: {
    settings: attackSettings,
    run: async (experiment, environment) => {
      const { runAttack } = await import("./attack/run.ts");
      const { detectionOutcome } = await import("./detection/analyse.ts");
      const { detectionHeadline } = await import("./attack/headline.ts");
      return runAttack(experiment, environment, { outcome: detectionOutcome, headline: detectionHeadline });
    },
    outcomeOf: async (rowsCsv, seed) => {
      const { attackRowsOf } = await import("./attack/rows.ts");
      const { detectionOutcome } = await import("./detection/analyse.ts");
      return detectionOutcome(attackRowsOf(rowsCsv), seed);
    },
    metrics: async () => (await import("./attack/compare.ts")).attackMetrics,
  },
  "false-accept": {
    settings: attackSettings,
    run: async (experiment, environment) => {
      const { runAttack } = await import("./attack/run.ts");
      const { falseAcceptOutcome } = await import("./false-accept/analyse.ts");
      const { verdictLines } = await import("./attack/headline.ts");
      return runAttack(experiment, environment, { outcome: falseAcceptOutcome, headline: verdictLines });
    },
    outcomeOf: async (rowsCsv, seed) => {
      const { attackRowsOf } = await import("./attack/rows.ts");
      const { falseAcceptOutcome } = await import("./false-accept/analyse.ts");
      return falseAcceptOutcome(attackRowsOf(rowsCsv), seed);
    },
    metrics: async () => (await import("./attack/compare.ts")).attackMetrics,
  },
  "false-reject": {
    settings: attackSettings,
    run: async (experiment, environment) => {
      const { runAttack } = await import("./attack/run.ts");
      const { falseRejectOutcome } = await import("./attack/false-rejects/analyse.ts");
      const { verdictLines } = await import("./attack/headline.ts");
      return runAttack(experiment, environment, { outcome: falseRejectOutcome, headline: verdictLines });
    },
    outcomeOf: async (rowsCsv, seed) => {
      const { attackRowsOf } = await import("./attack/rows.ts");
      const { falseRejectOutcome } = await import("./attack/false-rejects/analyse.ts");
      return falseRejectOutcome(attackRowsOf(rowsCsv), seed);
    },
    metrics: async () => (await import("./attack/compare.ts")).attackMetrics,
  },
  "figure-1": {
    settings: figure1Settings,
    measuresTime: true,
    cells: async (settings) => (await import("./figure-1/measure.ts")).figure1Cells(settings as Figure1Settings),
    run: async (experiment, environment) =>
      (await import("./figure-1/experiment.ts")).runFigure1(experiment, environment),
    outcomeOf: async (rowsCsv, seed) => {
      const { figure1RowsTable } = await import("./figure-1/rows.ts");
      const { figure1Outcome } = await import("./figure-1/analyse.ts");
      const { fromCsv } = await import("../src/lab/results/table.ts");
      return figure1Outcome(fromCsv(rowsCsv, figure1RowsTable([])), seed);
    },
    metrics: async () => (await import("./figure-1/compare.ts")).figure1Metrics,
  },
  disputes: {
    settings: disputesSettings,
    run: async (experiment, environment) =>
      (await import("./disputes/experiment.ts")).runDisputes(experiment, environment),
    outcomeOf: async (rowsCsv) => {
      const { disputeRowsTable } = await import("./disputes/rows.ts");
      const { disputesOutcome } = await import("./disputes/analyse.ts");
      const { fromCsv } = await import("../src/lab/results/table.ts");
      return disputesOutcome(fromCsv(rowsCsv, disputeRowsTable([])));
    },
    metrics: async () => (await import("./disputes/compare.ts")).disputesMetrics,
  },
  network: {
    settings: networkSettings,
    run: async (experiment, environment) =>
      (await import("./network/experiment.ts")).runNetwork(experiment, environment),
    outcomeOf: async (rowsCsv) => {
      const { networkRowsTable } = await import("./network/rows.ts");
      const { networkOutcome } = await import("./network/analyse.ts");
      const { fromCsv } = await import("../src/lab/results/table.ts");
      return networkOutcome(fromCsv(rowsCsv, networkRowsTable([])));
    },
    metrics: async () => (await import("./network/compare.ts")).networkMetrics,
  },
  outsourced: {
    settings: outsourcedSettings,
    measuredColumns: ["wallMs"],
    run: async (experiment, environment) =>
      (await import("./outsourced/experiment.ts")).runOutsourced(experiment, environment),
    outcomeOf: async (rowsCsv) => {
      const { outsourcedRowsTable } = await import("./outsourced/rows.ts");
      const { outsourcedOutcome } = await import("./outsourced/analyse.ts");
      const { fromCsv } = await import("../src/lab/results/table.ts");
      return outsourcedOutcome(fromCsv(rowsCsv, outsourcedRowsTable([])));
    },
    metrics: async () => (await import("./outsourced/compare.ts")).outsourcedMetrics,
  },
  population: {
    settings: populationSettings,
    run: async (experiment, environment) =>
      (await import("./population/experiment.ts")).runPopulation(experiment, environment),
    outcomeOf: async (rowsCsv) => {
      const { populationRowsTable } = await import("./population/rows.ts");
      const { populationOutcome } = await import("./population/analyse.ts");
      const { fromCsv } = await import("../src/lab/results/table.ts");
      return populationOutcome(fromCsv(rowsCsv, populationRowsTable([])));
    },
    metrics: async () => (await import("./population/compare.ts")).populationMetrics,
  },
  "security-frontier": {
    settings: securityFrontierSettings,
    run: async (experiment, environment) =>
      (await import("./security-frontier/experiment.ts")).runSecurityFrontier(experiment, environment),
    outcomeOf: async (rowsCsv) => {
      const { frontierRowsTable } = await import("./security-frontier/rows.ts");
      const { securityFrontierOutcome } = await import("./security-frontier/analyse.ts");
      const { fromCsv } = await import("../src/lab/results/table.ts");
      return securityFrontierOutcome(fromCsv(rowsCsv, frontierRowsTable([])));
    },
    metrics: async () => (await import("./security-frontier/compare.ts")).securityFrontierMetrics,
  },
  "token-cost": {
    settings: tokenCostSettings,
    run: async (experiment) => (await import("./token-cost/experiment.ts")).runTokenCost(experiment),
    outcomeOf: async (rowsCsv) => {
      const { tokenCostRowsTable } = await import("./token-cost/rows.ts");
      const { tokenCostOutcome } = await import("./token-cost/analyse.ts");
      const { fromCsv } = await import("../src/lab/results/table.ts");
      return tokenCostOutcome(fromCsv(rowsCsv, tokenCostRowsTable([])));
    },
    metrics: async () => (await import("./token-cost/compare.ts")).tokenCostMetrics,
  },
  "verification-cost": {
    settings: verificationCostSettings,
    measuresTime: true,
    cells: async (settings) =>
      (await import("./verification-cost/experiment.ts")).verificationCostCells(settings as VerificationCostSettings),
    run: async (experiment, environment) =>
      (await import("./verification-cost/experiment.ts")).runVerificationCost(experiment, environment),
    outcomeOf: async (rowsCsv, seed) => {
      const { costRowsTable } = await import("./verification-cost/rows.ts");
      const { verificationCostOutcome } = await import("./verification-cost/analyse.ts");
      const { fromCsv } = await import("../src/lab/results/table.ts");
      return verificationCostOutcome(fromCsv(rowsCsv, costRowsTable([])), seed);
    },
    metrics: async () => (await import("./verification-cost/compare.ts")).verificationCostMetrics,
  },
  "verifiers-dilemma": {
    settings: verifiersDilemmaSettings,
    run: async (experiment, environment) =>
      (await import("./verifiers-dilemma/experiment.ts")).runVerifiersDilemma(experiment, environment),
    outcomeOf: async (rowsCsv) => {
      const { dilemmaRowsTable } = await import("./verifiers-dilemma/rows.ts");
      const { verifiersDilemmaOutcome } = await import("./verifiers-dilemma/analyse.ts");
      const { fromCsv } = await import("../src/lab/results/table.ts");
      return verifiersDilemmaOutcome(fromCsv(rowsCsv, dilemmaRowsTable([])));
    },
    metrics: async () => (await import("./verifiers-dilemma/compare.ts")).verifiersDilemmaMetrics,
  },
  "where-it-fails": {
    settings: attackSettings,
    run: async (experiment, environment) =>
      (await import("./where-it-fails/experiment.ts")).runWhereItFails(experiment, environment),
    outcomeOf: async (rowsCsv, seed) => {
      const { whereRowsTable } = await import("./where-it-fails/rows.ts");
      const { whereItFailsOutcome } = await import("./where-it-fails/analyse.ts");
      const { fromCsv } = await import("../src/lab/results/table.ts");
      return whereItFailsOutcome(fromCsv(rowsCsv, whereRowsTable([])), seed);
    },
    metrics: async () => (await import("./where-it-fails/compare.ts")).whereItFailsMetrics,
  },
};
