import { StatisticsError } from "./interval.ts";

export function requireCounts(name: string, events: number, trials: number): void {
  if (!(Number.isSafeInteger(trials) && trials >= 1))
    throw new StatisticsError(`${name}: expected at least 1 trial, found ${trials}`);
  if (!(Number.isSafeInteger(events) && events >= 0 && events <= trials))
    throw new StatisticsError(`${name}: expected 0 to ${trials} events, found ${events}`);
}

export function requireConfidence(name: string, confidence: number): void {
  if (!(confidence > 0 && confidence < 1))
    throw new StatisticsError(`${name}: expected a confidence between 0 and 1, found ${confidence}`);
}
