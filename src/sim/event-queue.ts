/**
 * Pending events in total order: the earliest time first, at equal times the lowest order. No two events share an order,
 * and the order names the event: what is to be done lies with the kernel.
 */
export interface EventQueue {
  readonly size: number;
  push(time: number, order: number): void;
  /** Time of the first event, Infinity when there is none. */
  firstTime(): number;
  /** Order of the event that `firstTime` has just found; undefined behaviour when there is none. */
  firstOrder(): number;
  /** Removes it. */
  removeFirst(): void;
  /** Drops every event that is not live. */
  retain(isLive: (order: number) => boolean): void;
}
