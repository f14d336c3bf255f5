/** What a process and the one that tries something for it say to each other: an order on its input, lines of JSON on its output. */
export type ProbeOrder =
  /** `text`: one to turn into tokens, too. */
  | { readonly try: "model"; readonly path: string; readonly text: string | null }
  | { readonly try: "text"; readonly path: string; readonly text: string };

/** Written before each step: the last one is what llama.cpp was about when it ended the process. */
export interface ProbeStep {
  readonly step: string;
}

export type ProbeResult =
  | { readonly result: "runs" }
  /** An error of ours, as it would be thrown in the process that asked. */
  | { readonly result: "refused"; readonly code: string; readonly message: string };
