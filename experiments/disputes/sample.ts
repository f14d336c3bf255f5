import type { DisputeRow } from "./rows.ts";

const quiet = {
  decidedBy: "window",
  otherCharges: "",
  stage: "settled",
  readable: true,
  clientBeforeUnits: 1e8,
  clientAfterUnits: 9e7,
  nodeBeforeUnits: 1e8,
  nodeAfterUnits: 1.1e8,
  accompliceBeforeUnits: 0,
  accompliceAfterUnits: 0,
  minersAfterUnits: 5e9,
  undecidedUnits: 0,
  issuedUnits: 5.2e9,
  messages: 12,
  bytes: 4800,
  retestTokens: 300,
  retestJoules: 50,
  clientTokens: 100,
  clientJoules: null,
  generationTokens: 80,
  generationJoules: 200,
} as const;

/** Twelve jobs in each of three scenarios under two readings; false charges succeed in the first reading only. */
export function madeUpDisputes(): DisputeRow[] {
  const scenarios = [
    { scenario: "no-charge", label: "nothing is disputed", charge: "unpaid", accuserHonest: true, accusedHonest: true },
    {
      scenario: "invalid",
      label: "a false output",
      charge: "invalid-output",
      accuserHonest: true,
      accusedHonest: false,
    },
    {
      scenario: "slander",
      label: "a true output slandered",
      charge: "no-output",
      accuserHonest: false,
      accusedHonest: true,
    },
  ] as const;
  return ["2023.1", "2026.1"].flatMap((reading) =>
    scenarios.flatMap((scenario, s) =>
      Array.from({ length: 12 }, (_, prompt): DisputeRow => {
        const succeeds = reading === "2023.1" && scenario.scenario === "slander" && prompt % 3 === 0;
        return {
          ...quiet,
          ...scenario,
          reading,
          prompt,
          end: s === 0 ? "no charge" : succeeds || s === 1 ? "upheld" : "dismissed",
          decisionSeconds: s === 0 ? null : 20 * s + prompt,
          innocentLoses: succeeds,
          innocentUnpaid: false,
          guiltyGains: succeeds,
        };
      }),
    ),
  );
}
