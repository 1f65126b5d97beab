/** A function's warm instance, in a process of its own. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Bundle } from './bundles.ts';
import type { World } from './world.ts';

const CHILD = join(import.meta.dirname, 'warm-child.mjs');

export class WarmInstance {
  private readonly child: ChildProcess;

  private constructor(child: ChildProcess) {
    this.child = child;
  }

  static async start(world: World, { code }: Bundle): Promise<WarmInstance> {
    const child = fork(CHILD, [code, String(world.ahead())], {
      env: world.environment,
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    await once(child, 'message');
    return new WarmInstance(child);
  }

  /** Microseconds of CPU per request. @throws if an answer has another status */
  async run(events: readonly object[], status: number): Promise<number> {
    const told = once(this.child, 'message');
    this.child.send({ events, status });
    const [{ cpuUs, wrong }] = (await told) as [{ cpuUs: number; wrong?: unknown }];
    if (wrong !== undefined) throw new Error(`a request was answered ${JSON.stringify(wrong)}`);
    return cpuUs / events.length;
  }

  async stop(): Promise<void> {
    const gone = once(this.child, 'exit');
    this.child.kill();
    await gone;
  }
}
