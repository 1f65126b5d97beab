/** Tests of repeated calls do not wait for the next try. */
import { onTestFinished, vi } from 'vitest';

/** The SDK pauses for a random part of a bound before it tries again: until the test ends, for none of it. */
export function withoutPauses(): void {
  const chance = vi.spyOn(Math, 'random').mockReturnValue(0);
  onTestFinished(() => {
    chance.mockRestore();
  });
}
