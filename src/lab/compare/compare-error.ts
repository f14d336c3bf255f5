import { LabError } from "../errors.ts";

/** Two things that cannot be compared, or a wrong choice about how: one line that says which, and what to do. */
export class CompareError extends LabError {
  constructor(message: string) {
    super("cannot-compare", "user", message);
  }
}
