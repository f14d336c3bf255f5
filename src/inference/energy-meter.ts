/** Where watts came from. `none`: this machine lets nobody read them, and no figure is made up. */
export type PowerSource = "nvidia-smi" | "rapl" | "none";

export interface EnergyMeter {
  readonly source: PowerSource;
  /** Work that lasts less cannot be told from what the machine did before and after it. */
  readonly leastSeconds: number;
  /**
   * Joules since some fixed moment, at the moment of the call; null without a source, or once it falls silent. A source that takes
   * samples answers when the next one is there: do the work in the meantime, and wait for both readings after it.
   */
  readJoules(): Promise<number | null>;
  close(): void;
}
