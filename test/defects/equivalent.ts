/** Defects of the sample that are none: what the code answers is the same, for the reason that is given. */
export const EQUIVALENT: ReadonlyMap<string, string> = new Map([]);
