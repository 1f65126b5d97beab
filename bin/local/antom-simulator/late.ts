/** Requests that are under way: what they ask for is done when their time has come. */
export class Late {
  private readonly waiting: { readonly at: number; readonly run: (now: number) => void }[] = [];

  add(at: number, run: (now: number) => void): void {
    this.waiting.push({ at, run });
    this.waiting.sort((a, b) => a.at - b.at);
  }

  /** When the next one arrives, epoch ms. */
  next(): number | undefined {
    return this.waiting[0]?.at;
  }

  /** Carries out all that has arrived by `now`. */
  arrive(now: number): void {
    while (this.waiting[0] && this.waiting[0].at <= now) {
      const first = this.waiting.shift();
      first?.run(first.at);
    }
  }
}
