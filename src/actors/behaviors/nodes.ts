/**
 * What compute nodes can be like once they have committed, whatever their outputs are. To add one: an object like its neighbours, and
 * its place in the list at the end.
 */

/** What a compute node does with a job once it has committed to an output (steps 3 to 5, disputes). */
export interface NodeBehavior {
  readonly name: string;
  /** Delivers what it was paid for, and charges nobody with what it does not believe. */
  readonly followsProtocol: boolean;
  /** The client's payment has arrived. */
  paid(job: NodeMoves): void;
  /** The time for a payment is over, and no payment to it stands. */
  unpaid(job: NodeMoves): void;
  /** The client has charged it with delivering nothing. */
  accused(job: NodeMoves): void;
}

/** The moves that a behavior is made of. */
export interface NodeMoves {
  /** Step 5: signed and encrypted to the client, who alone can tell an output from garbage. */
  deliver(content?: "output" | "garbage"): void;
  chargeUnpaid(): void;
  /** By what the revision takes for proof: the delivery itself, or the output opened to everybody. */
  proveDelivery(): void;
  after(delayUs: number, then: () => void): void;
}

/** Delivers when it is paid, charges a client that does not pay, answers a charge by what proves the delivery. */
const honest: NodeBehavior = {
  name: "honest",
  followsProtocol: true,
  paid: (job) => job.deliver(),
  unpaid: (job) => job.chargeUnpaid(),
  accused: (job) => job.proveDelivery(),
};

/** Takes the payment and sends nothing. */
const withholds: NodeBehavior = {
  ...honest,
  name: "withholds",
  followsProtocol: false,
  paid: () => {},
  accused: () => {},
};

/** Takes the payment and sends a signed ciphertext of nothing, which only the client can tell from an output. */
const garbageOutput: NodeBehavior = {
  ...honest,
  name: "garbage-output",
  followsProtocol: false,
  paid: (job) => job.deliver("garbage"),
  accused: () => {},
};

/** Longer than a client waits for a delivery, within the window for counter-proofs. */
const LATE_US = 90_000_000;

/** Means well and is slow: its output comes when the client has charged it already. */
const deliversLate: NodeBehavior = {
  ...honest,
  name: "delivers-late",
  paid: (job) => job.after(LATE_US, () => job.deliver()),
};

/** Has been paid, delivers, and charges its client with not paying. */
const falseUnpaidCharge: NodeBehavior = {
  ...honest,
  name: "false-unpaid-charge",
  followsProtocol: false,
  paid: (job) => {
    job.deliver();
    job.chargeUnpaid();
  },
};

export const nodeBehaviors = {
  honest,
  withholds,
  "garbage-output": garbageOutput,
  "delivers-late": deliversLate,
  "false-unpaid-charge": falseUnpaidCharge,
} as const satisfies Readonly<Record<string, NodeBehavior>>;
