import type { DisputeRow } from "./rows.ts";
import { disputeSummary } from "./summary.ts";

/** The wrong outcomes, a line for each reading of the rules. */
export function disputesHeadline(rows: readonly DisputeRow[]): string[] {
  const readings = Map.groupBy(disputeSummary(rows), ({ reading }) => reading);
  return [...readings].map(([reading, own]) => {
    const wrong = own.filter(({ wrong }) => wrong.innocentLoses.events + wrong.guiltyGains.events > 0);
    const words = wrong.map(
      ({ label, jobs, wrong }) =>
        `${label} (innocent loses ${wrong.innocentLoses.events}, guilty gains ${wrong.guiltyGains.events} of ${jobs})`,
    );
    return `${reading}: ${words.length === 0 ? "no wrong outcome" : words.join("; ")}`;
  });
}
