import type { MeasuredPlay, MeasuredPlays } from "../economics/measured-plays.ts";
import type { PopulationTerms } from "../economics/settings.ts";
import { expectedProfit, type Stakes } from "../economics/stakes.ts";
import { type PopulationPlay, restingPopulation } from "./dynamics.ts";
import type { PopulationRow } from "./rows.ts";

/** Nodes at the start; only their number over the jobs matters. */
const START_NODES = 100;

/** Every combination of scheme, stake, share of verified jobs and extra false rejects, at rest. */
export function restingRows(plays: MeasuredPlays, settings: PopulationTerms): PopulationRow[] {
  const { schemes, stakeRatios, verifiedShares, falseRejects } = settings;
  return schemes
    .filter((scheme) => plays.schemes.includes(scheme))
    .flatMap((scheme) =>
      falseRejects.flatMap((falseReject) =>
        stakeRatios.flatMap((stakeRatio) =>
          verifiedShares.map((verifiedShare) =>
            restingRow(plays, settings, { scheme, stakeRatio, verifiedShare, falseReject }),
          ),
        ),
      ),
    );
}

interface Point {
  readonly scheme: string;
  readonly stakeRatio: number;
  readonly verifiedShare: number;
  readonly falseReject: number;
}

function restingRow(plays: MeasuredPlays, settings: PopulationTerms, point: Point): PopulationRow {
  const { rewardOverCost, load, outsideShare } = settings;
  const stakes = stakesAt(settings, point);
  const honest = [plays.honest, ...(plays.speculative?.acceptance.has(point.scheme) ? [plays.speculative] : [])];
  const cheats = plays.cheats.filter(({ acceptance }) => acceptance.has(point.scheme));
  const population = [
    ...honest.map((play) => populationPlay(play, point.scheme, stakes, point.falseReject)),
    ...cheats.map((play) => populationPlay(play, point.scheme, stakes, 0)),
  ];
  // An honest job keeps a node busy for one unit of time and costs one unit.
  const rest = restingPopulation(population, {
    jobsPerHour: load * START_NODES,
    nodes: START_NODES,
    outsidePerHour: outsideShare * (rewardOverCost - 1),
    openToEntry: true,
  });
  const ofCheats = rest.shares.slice(honest.length);
  const largest = ofCheats.indexOf(Math.max(...ofCheats));
  return {
    about: "grid",
    sampling: plays.sampling,
    ...point,
    rewardOverCost,
    cheatShare: ofCheats.reduce((sum, share) => sum + share, 0),
    largestCheat: cheats[largest]!.label,
    largestCheatShare: ofCheats[largest]!,
    speculativeShare: honest.length > 1 ? rest.shares[1]! : null,
    nodesOverStart: rest.nodes / START_NODES,
    steps: rest.steps,
    atRest: rest.atRest,
    run: null,
    nodes: null,
    paidJobs: null,
    slashes: null,
    predictedPerNodeHour: null,
    simulatedPerNodeHour: null,
  };
}

export function stakesAt(
  { rewardOverCost: reward }: PopulationTerms,
  { stakeRatio, verifiedShare }: Pick<Point, "stakeRatio" | "verifiedShare">,
): Stakes {
  return { reward, stake: stakeRatio * reward, verifiedShare };
}

function populationPlay(play: MeasuredPlay, scheme: string, stakes: Stakes, falseReject: number): PopulationPlay {
  const acceptance = play.acceptance.get(scheme)![0]! * (1 - falseReject);
  const cost = play.cost[0]!;
  return { name: play.label, profitPerJob: expectedProfit(stakes, { acceptance, cost }), hoursPerJob: cost };
}
