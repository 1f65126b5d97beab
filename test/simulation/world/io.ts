/**
 * Everything that leaves an invocation and comes back: with latency, and with whatever the adversary does to it. A killed
 * invocation never hears of anything again; what it had sent takes effect all the same.
 */
import type { Asked } from '../actors/asked.ts';
import type { Faults } from '../adversary/faults.ts';
import type { World } from './world.ts';

export interface Invocation {
  readonly what: string;
  /** What it is there for. */
  readonly asked: Asked;
  /** The warm instance that runs it. */
  readonly instance: 0 | 1;
  /** What its clock is ahead of the true time. */
  readonly skew: number;
  /** The true time of its beginning. */
  readonly beganAt: number;
  /** Running totals of refunds that answers of the channel have told it. */
  readonly told: { readonly attemptNo: string; readonly returned: number }[];
  ended: boolean;
}

/** One point of a history without faults at which the invocation that is there is killed. */
export interface Kill {
  readonly point: number;
  readonly when: 'before' | 'after';
}

export class Io {
  readonly world: World;
  readonly faults: Faults;
  readonly met = new Map<string, number>();
  /** Inputs and outputs so far, over all invocations. */
  points = 0;
  private readonly kills: readonly Kill[];

  constructor(world: World, faults: Faults, kills: readonly Kill[]) {
    this.world = world;
    this.faults = faults;
    this.kills = kills;
  }

  /** Whether somebody is killed by plan. */
  get isKilled(): boolean {
    return this.kills.length > 0;
  }

  count(name: string): void {
    this.met.set(name, (this.met.get(name) ?? 0) + 1);
  }

  /** True with the fault's probability; counted if so. */
  strikes(name: keyof Faults): boolean {
    const { chance } = this.world;
    const probability = this.faults[name];
    if (probability === 0 || !chance.hit(probability)) return false;
    this.count(name);
    return true;
  }

  private dies(invocation: Invocation, point: number, when: Kill['when']): boolean {
    const planned = this.kills.some((kill) => kill.point === point && kill.when === when);
    if (!planned && !this.strikes(when === 'before' ? 'killBefore' : 'killAfter')) return false;
    this.world.tell(`${invocation.what} is killed ${when} point ${point}`);
    invocation.ended = true;
    return true;
  }

  /**
   * Sends something and brings back what `effect` answers or throws. `latency` is the way there; `sent` is told
   * when it is on its way.
   */
  send<T>(invocation: Invocation, effect: () => T, latency: number, sent: () => void = () => {}): Promise<T> {
    this.points += 1;
    const point = this.points;
    return new Promise<T>((resolve, reject) => {
      if (invocation.ended || this.dies(invocation, point, 'before')) return;
      sent();
      this.world.in(latency, () => {
        const settle = outcomeOf(effect, resolve, reject);
        if (invocation.ended || this.dies(invocation, point, 'after')) return 'quiet';
        const pause = this.strikes('pause') ? this.world.chance.int(0, this.faults.pauseMs) : 0;
        this.world.in(this.world.chance.int(1, 10) + pause, () => {
          if (invocation.ended) return 'quiet';
          return settle();
        });
        return 'quiet';
      });
    });
  }
}

function outcomeOf<T>(effect: () => T, resolve: (value: T) => void, reject: (error: unknown) => void): () => void {
  try {
    const value = effect();
    return () => resolve(value);
  } catch (error) {
    return () => reject(error);
  }
}
