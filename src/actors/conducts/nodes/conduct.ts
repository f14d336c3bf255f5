/** What a compute node does with a job once it has committed to an output (steps 3 to 5, disputes). */
export interface NodeConduct {
  readonly name: string;
  /** Delivers what it was paid for, and charges nobody with what it does not believe. */
  readonly followsProtocol: boolean;
  /** The client's payment has arrived. */
  paid(job: NodeMoves): void;
  /** Its patience is over, and no payment to it stands. */
  unpaid(job: NodeMoves): void;
  /** The client says that it got nothing. */
  accused(job: NodeMoves): void;
}

/** The moves that a conduct is made of. */
export interface NodeMoves {
  /** Step 5: signed and encrypted to the client, who alone can tell an output from noise. */
  deliver(content?: "output" | "noise"): void;
  chargeUnpaid(): void;
  /** By what the revision takes for proof: the delivery itself, or the output opened to everybody. */
  proveDelivery(): void;
  after(delayUs: number, then: () => void): void;
}
