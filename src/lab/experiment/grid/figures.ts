/** Figures of a run that varies settings, whatever its kind. */
export const gridFigures: readonly string[] = ["metrics-by-factor"];
