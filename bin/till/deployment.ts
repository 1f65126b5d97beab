/** Which server a line of the till calls, and how the line ends when that server does not run. */
import type { ChannelId } from '../../functions/channel/registry.ts';
import { DEFAULT_CREDENTIALS } from '../cli/credentials.ts';
import { isConnectionRefused, NothingListens, UsageError } from '../cli/exit.ts';
import { type StackFile, USUAL_STACK_FILE } from '../cli/stack-file.ts';
import { readIfThere } from '../private-file.ts';
import type { World } from './terminal.ts';

export interface Deployment {
  readonly url: string;
  /** Where each channel's customers pay, on a developer's machine. */
  readonly simulators: Readonly<Record<ChannelId, string>>;
  readonly credential: string;
}

interface Said {
  readonly url?: string;
  /** Of the usual channel. */
  readonly simulator?: string;
  readonly credential?: string;
  readonly 'local-stack'?: string;
}

/** What the line says itself comes first, then what the local stack that runs says of itself, then where it usually is. */
export function deploymentOf(said: Said): Deployment {
  const stack = runningStack(said['local-stack']);
  return {
    url: (said.url ?? stack.api ?? 'http://127.0.0.1:8080').replace(/\/$/, ''),
    simulators: {
      alipay: said.simulator ?? stack.simulator ?? 'http://127.0.0.1:8081',
      antom: stack.antom ?? 'http://127.0.0.1:8082',
    },
    credential: said.credential ?? stack.credentials ?? DEFAULT_CREDENTIALS,
  };
}

/** Empty where none runs. @throws UsageError where the file was named, and is none */
function runningStack(named: string | undefined): Partial<StackFile> {
  try {
    const file = readIfThere<StackFile>(named ?? USUAL_STACK_FILE);
    if (file || named === undefined) return file ?? {};
  } catch {
    if (named === undefined) return {};
  }
  throw new UsageError(`no local stack has written ${named}`);
}

/**
 * `world` for one line of the till. The till repeats what had no answer; where every connection so far was refused, no request has
 * left this machine, and the line ends at once with {@link NothingListens} instead of an unknown outcome.
 */
export function reaching(world: World, url: string): World {
  const { fetch: send = fetch, sleep = (ms) => new Promise<void>((resolve) => setTimeout(resolve, ms)) } = world;
  let perhapsSent = 0;
  return {
    ...world,
    async fetch(...asked) {
      perhapsSent += 1;
      try {
        return await send(...asked);
      } catch (fault) {
        if (isConnectionRefused(fault)) perhapsSent -= 1;
        throw fault;
      }
    },
    async sleep(ms) {
      if (perhapsSent === 0) throw new NothingListens(url, ', or name another server by --url');
      await sleep(ms);
    },
  };
}
