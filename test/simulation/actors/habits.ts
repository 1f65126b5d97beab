/** How people behave, and how luck has it, in some histories only: each by a chance of its own, so that all others stay as they are. */
import type { Chance } from '../world/world.ts';

export interface Habits {
  /** Codes live for ten minutes. */
  readonly hasLongCodes: boolean;
  /** Of what was refunded, another part is refunded a few seconds later, and once more after a while. */
  readonly isHasty: boolean;
  /** Each till closes its shift every few minutes. */
  readonly closesOften: boolean;
  /** A sale is refunded in more slices than an order takes. */
  readonly slices: boolean;
  /** A till opens several sales within two seconds, and again a minute later. */
  readonly isCrowded: boolean;
  /** What was wrong is so again while the channel's bill is read. */
  readonly relapses: boolean;
  /** Some rows of the channel's bill are wrong, or stand there twice. */
  readonly hasOddBills: boolean;
}

export const NO_HABITS: Habits = {
  ...{
    hasLongCodes: false,
    isHasty: false,
    closesOften: false,
    slices: false,
    isCrowded: false,
    relapses: false,
    hasOddBills: false,
  },
};

export function habitsOf(chance: Chance, isSlow: boolean): Habits {
  return {
    hasLongCodes: chance.hit(0.08),
    isHasty: chance.hit(0.1),
    closesOften: chance.hit(0.06),
    slices: chance.hit(0.006),
    isCrowded: isSlow,
    relapses: chance.hit(0.1),
    hasOddBills: chance.hit(0.15),
  };
}
