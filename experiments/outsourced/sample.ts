import { noNumbers, type OutsourcedRow } from "./rows.ts";

const FALSE_ACCEPT = { echo: 1, collude: 0.9 } as const;

/** Forty jobs for each share of Sybils; the more of them are asked, the likelier an answer is theirs. */
export function madeUpOutsourced(): OutsourcedRow[] {
  return ["2023.1", "2026.1"].flatMap((revision) =>
    (["echo", "collude"] as const).flatMap((sybils) =>
      [true, false].flatMap((honestOutput) =>
        [0, 0.2, 0.4, 0.6].flatMap((share) =>
          [1, 3, 5].map((asked): OutsourcedRow => {
            const exactAcceptance = honestOutput ? 1 : FALSE_ACCEPT[sybils] * share ** asked;
            return {
              ...noNumbers,
              measure: "verification",
              revision,
              sybils,
              output: honestOutput ? "honest" : "lazy, draft",
              honestOutput,
              share,
              asked,
              jobs: 40,
              accepted: Math.round(40 * exactAcceptance),
              exactAcceptance,
              chargesDismissed: 0,
              wronglySlashed: 0,
              messages: 6 * asked,
              bytes: 900 * asked,
              verifierTokens: 80 * asked,
              verifierJoules: 12 * asked,
              medianSeconds: 1 + 0.1 * asked,
            };
          }),
        ),
      ),
    ),
  );
}
