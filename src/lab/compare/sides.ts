/** What is compared with what. */
export interface Sides<Of> {
  readonly a: Of;
  readonly b: Of;
}
