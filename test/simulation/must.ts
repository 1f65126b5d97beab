export class Violation extends Error {
  readonly invariant: string;

  constructor(invariant: string, message: string) {
    super(`${invariant}: ${message}`);
    this.invariant = invariant;
  }
}

export function must(holds: boolean, invariant: string, message: string): void {
  if (!holds) throw new Violation(invariant, message);
}
