import { attackSettings } from "../experiment-file-attack.ts";
import { crossHardwareSettings } from "../experiment-file-cross-hardware.ts";
import { disputesSettings } from "../experiment-file-disputes.ts";
import {
  breakEvenSettings,
  populationSettings,
  securityFrontierSettings,
  verifiersDilemmaSettings,
} from "../experiment-file-economics.ts";
import { type Figure1Settings, figure1Settings } from "../experiment-file-figure-1.ts";
import { networkSettings } from "../experiment-file-network.ts";
import { outsourcedSettings } from "../experiment-file-outsourced.ts";
import { tokenCostSettings } from "../experiment-file-token-cost.ts";
import { type VerificationCostSettings, verificationCostSettings } from "../experiment-file-verification-cost.ts";
import type { ExperimentKind } from "./kind.ts";

/** Every kind of experiment there is. A kind's code is loaded when it runs, so that `camelid --help` stays quick. */
export const experimentKinds: Readonly<Record<string, ExperimentKind>> = {
  "break-even": {
    settings: breakEvenSettings,
    run: async (experiment, environment) => (await import("./break-even/run.ts")).runBreakEven(experiment, environment),
    outcomeOf: async (rowsCsv) => {
      const { breakEvenRowsTable } = await import("../figures/break-even/measurement.ts");
      const { breakEvenOutcome } = await import("../figures/break-even/outcome.ts");
      const { fromCsv } = await import("../results/table.ts");
      return breakEvenOutcome(fromCsv(rowsCsv, breakEvenRowsTable([])));
    },
    metrics: async () => (await import("./break-even/metrics.ts")).breakEvenMetrics,
  },
  "cross-hardware": {
    settings: crossHardwareSettings,
    ownHardware: true,
    run: async (experiment, environment) =>
      (await import("./cross-hardware/run.ts")).runCrossHardware(experiment, environment),
    outcomeOf: async (rowsCsv, seed) => {
      const { attackRowsOf } = await import("../figures/attack/measurement.ts");
      const { falseRejectOutcome } = await import("../figures/false-reject/outcome.ts");
      return falseRejectOutcome(attackRowsOf(rowsCsv), seed);
    },
    metrics: async () => (await import("./attack/metrics.ts")).attackMetrics,
  },
  detection: {
    settings: attackSettings,
    run: async (experiment, environment) => {
      const { runAttack } = await import("./attack/run.ts");
      const { detectionOutcome } = await import("../figures/detection/outcome.ts");
      const { detectionHeadline } = await import("./attack/headline.ts");
      return runAttack(experiment, environment, { outcome: detectionOutcome, headline: detectionHeadline });
    },
    outcomeOf: async (rowsCsv, seed) => {
      const { attackRowsOf } = await import("../figures/attack/measurement.ts");
      const { detectionOutcome } = await import("../figures/detection/outcome.ts");
      return detectionOutcome(attackRowsOf(rowsCsv), seed);
    },
    metrics: async () => (await import("./attack/metrics.ts")).attackMetrics,
  },
  "false-accept": {
    settings: attackSettings,
    run: async (experiment, environment) => {
      const { runAttack } = await import("./attack/run.ts");
      const { falseAcceptOutcome } = await import("../figures/false-accept/outcome.ts");
      const { verdictLines } = await import("./attack/headline.ts");
      return runAttack(experiment, environment, { outcome: falseAcceptOutcome, headline: verdictLines });
    },
    outcomeOf: async (rowsCsv, seed) => {
      const { attackRowsOf } = await import("../figures/attack/measurement.ts");
      const { falseAcceptOutcome } = await import("../figures/false-accept/outcome.ts");
      return falseAcceptOutcome(attackRowsOf(rowsCsv), seed);
    },
    metrics: async () => (await import("./attack/metrics.ts")).attackMetrics,
  },
  "false-reject": {
    settings: attackSettings,
    run: async (experiment, environment) => {
      const { runAttack } = await import("./attack/run.ts");
      const { falseRejectOutcome } = await import("../figures/false-reject/outcome.ts");
      const { verdictLines } = await import("./attack/headline.ts");
      return runAttack(experiment, environment, { outcome: falseRejectOutcome, headline: verdictLines });
    },
    outcomeOf: async (rowsCsv, seed) => {
      const { attackRowsOf } = await import("../figures/attack/measurement.ts");
      const { falseRejectOutcome } = await import("../figures/false-reject/outcome.ts");
      return falseRejectOutcome(attackRowsOf(rowsCsv), seed);
    },
    metrics: async () => (await import("./attack/metrics.ts")).attackMetrics,
  },
  "figure-1": {
    settings: figure1Settings,
    measuresTime: true,
    cells: async (settings) => (await import("./figure-1/measure.ts")).figure1Cells(settings as Figure1Settings),
    run: async (experiment, environment) => (await import("./figure-1/run.ts")).runFigure1(experiment, environment),
    outcomeOf: async (rowsCsv, seed) => {
      const { figure1RowsTable } = await import("../figures/figure-1/measurement.ts");
      const { figure1Outcome } = await import("../figures/figure-1/outcome.ts");
      const { fromCsv } = await import("../results/table.ts");
      return figure1Outcome(fromCsv(rowsCsv, figure1RowsTable([])), seed);
    },
    metrics: async () => (await import("./figure-1/metrics.ts")).figure1Metrics,
  },
  disputes: {
    settings: disputesSettings,
    run: async (experiment, environment) => (await import("./disputes/run.ts")).runDisputes(experiment, environment),
    outcomeOf: async (rowsCsv) => {
      const { disputeRowsTable } = await import("../figures/disputes/measurement.ts");
      const { disputesOutcome } = await import("../figures/disputes/outcome.ts");
      const { fromCsv } = await import("../results/table.ts");
      return disputesOutcome(fromCsv(rowsCsv, disputeRowsTable([])));
    },
    metrics: async () => (await import("./disputes/metrics.ts")).disputesMetrics,
  },
  network: {
    settings: networkSettings,
    run: async (experiment, environment) => (await import("./network/run.ts")).runNetwork(experiment, environment),
    outcomeOf: async (rowsCsv) => {
      const { networkRowsTable } = await import("../figures/network/measurement.ts");
      const { networkOutcome } = await import("../figures/network/outcome.ts");
      const { fromCsv } = await import("../results/table.ts");
      return networkOutcome(fromCsv(rowsCsv, networkRowsTable([])));
    },
    metrics: async () => (await import("./network/metrics.ts")).networkMetrics,
  },
  outsourced: {
    settings: outsourcedSettings,
    measuredColumns: ["wallMs"],
    run: async (experiment, environment) =>
      (await import("./outsourced/run.ts")).runOutsourced(experiment, environment),
    outcomeOf: async (rowsCsv) => {
      const { outsourcedRowsTable } = await import("../figures/outsourced/measurement.ts");
      const { outsourcedOutcome } = await import("../figures/outsourced/outcome.ts");
      const { fromCsv } = await import("../results/table.ts");
      return outsourcedOutcome(fromCsv(rowsCsv, outsourcedRowsTable([])));
    },
    metrics: async () => (await import("./outsourced/metrics.ts")).outsourcedMetrics,
  },
  population: {
    settings: populationSettings,
    run: async (experiment, environment) =>
      (await import("./population/run.ts")).runPopulation(experiment, environment),
    outcomeOf: async (rowsCsv) => {
      const { populationRowsTable } = await import("../figures/population/measurement.ts");
      const { populationOutcome } = await import("../figures/population/outcome.ts");
      const { fromCsv } = await import("../results/table.ts");
      return populationOutcome(fromCsv(rowsCsv, populationRowsTable([])));
    },
    metrics: async () => (await import("./population/metrics.ts")).populationMetrics,
  },
  "security-frontier": {
    settings: securityFrontierSettings,
    run: async (experiment, environment) =>
      (await import("./security-frontier/run.ts")).runSecurityFrontier(experiment, environment),
    outcomeOf: async (rowsCsv) => {
      const { frontierRowsTable } = await import("../figures/security-frontier/measurement.ts");
      const { securityFrontierOutcome } = await import("../figures/security-frontier/outcome.ts");
      const { fromCsv } = await import("../results/table.ts");
      return securityFrontierOutcome(fromCsv(rowsCsv, frontierRowsTable([])));
    },
    metrics: async () => (await import("./security-frontier/metrics.ts")).securityFrontierMetrics,
  },
  "token-cost": {
    settings: tokenCostSettings,
    run: async (experiment) => (await import("./token-cost/run.ts")).runTokenCost(experiment),
    outcomeOf: async (rowsCsv) => {
      const { tokenCostRowsTable } = await import("../figures/token-cost/measurement.ts");
      const { tokenCostOutcome } = await import("../figures/token-cost/outcome.ts");
      const { fromCsv } = await import("../results/table.ts");
      return tokenCostOutcome(fromCsv(rowsCsv, tokenCostRowsTable([])));
    },
    metrics: async () => (await import("./token-cost/metrics.ts")).tokenCostMetrics,
  },
  "verification-cost": {
    settings: verificationCostSettings,
    measuresTime: true,
    cells: async (settings) =>
      (await import("./verification-cost/run.ts")).verificationCostCells(settings as VerificationCostSettings),
    run: async (experiment, environment) =>
      (await import("./verification-cost/run.ts")).runVerificationCost(experiment, environment),
    outcomeOf: async (rowsCsv, seed) => {
      const { costRowsTable } = await import("../figures/verification-cost/measurement.ts");
      const { verificationCostOutcome } = await import("../figures/verification-cost/outcome.ts");
      const { fromCsv } = await import("../results/table.ts");
      return verificationCostOutcome(fromCsv(rowsCsv, costRowsTable([])), seed);
    },
    metrics: async () => (await import("./verification-cost/metrics.ts")).verificationCostMetrics,
  },
  "verifiers-dilemma": {
    settings: verifiersDilemmaSettings,
    run: async (experiment, environment) =>
      (await import("./verifiers-dilemma/run.ts")).runVerifiersDilemma(experiment, environment),
    outcomeOf: async (rowsCsv) => {
      const { dilemmaRowsTable } = await import("../figures/verifiers-dilemma/measurement.ts");
      const { verifiersDilemmaOutcome } = await import("../figures/verifiers-dilemma/outcome.ts");
      const { fromCsv } = await import("../results/table.ts");
      return verifiersDilemmaOutcome(fromCsv(rowsCsv, dilemmaRowsTable([])));
    },
    metrics: async () => (await import("./verifiers-dilemma/metrics.ts")).verifiersDilemmaMetrics,
  },
  "where-it-fails": {
    settings: attackSettings,
    run: async (experiment, environment) =>
      (await import("./where-it-fails/run.ts")).runWhereItFails(experiment, environment),
    outcomeOf: async (rowsCsv, seed) => {
      const { whereRowsTable } = await import("../figures/where-it-fails/measurement.ts");
      const { whereItFailsOutcome } = await import("../figures/where-it-fails/outcome.ts");
      const { fromCsv } = await import("../results/table.ts");
      return whereItFailsOutcome(fromCsv(rowsCsv, whereRowsTable([])), seed);
    },
    metrics: async () => (await import("./where-it-fails/metrics.ts")).whereItFailsMetrics,
  },
};
