/** What can go wrong in a simulation, as a stable name for programs; the message is for people. */
export type SimulationErrorCode =
  | "bad-argument"
  | "time-in-the-past"
  | "bad-time"
  | "event-failed"
  | "bad-process"
  | "bad-release"
  | "unanswered-question"
  | "inconsistent";

export class SimulationError extends Error {
  override readonly name = "SimulationError";
  readonly code: SimulationErrorCode;

  constructor(code: SimulationErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
