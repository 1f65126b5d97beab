/**
 * Hangs into each test file: writes down which function of a local stack made which call to AWS. recorded.test.ts, which runs
 * after all others, holds it against the template.
 */
import { AsyncLocalStorage } from 'node:async_hooks';
import { channel } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';
import { join, relative } from 'node:path';
import { afterAll, expect, inject } from 'vitest';
import { type Call, write } from './record.ts';

const ROOT = join(import.meta.dirname, '..', '..');

/** The logical id of the function in whose invocation the running code is. */
const running = new AsyncLocalStorage<string>();
const invocations = channel('tillgate.invocation');
invocations.bindStore(running, (invoked) => (invoked as { name: string }).name);

const calls = new Map<string, Call>();
const requests = channel('http.client.request.created');
const note = (message: unknown) => {
  const by = running.getStore();
  const { request } = message as { request: ClientRequest };
  const target = request.getHeader('x-amz-target');
  if (by === undefined || typeof target !== 'string') return;
  const { end } = request;
  request.end = function (this: ClientRequest, ...sent: unknown[]) {
    const call = callOf(by, target, JSON.parse(String(sent[0])));
    calls.set(JSON.stringify(call), call);
    return Reflect.apply(end, this, sent);
  } as typeof end;
};
requests.subscribe(note);

const file = relative(ROOT, expect.getState().testPath ?? '');
write(inject('record'), file, []);
afterAll(() => {
  write(inject('record'), file, [...calls.values()]);
  // The next file of this process has a recorder of its own.
  requests.unsubscribe(note);
  invocations.unbindStore(running);
});

type Attributes = Readonly<Record<string, { readonly S?: string }>>;

interface Input {
  readonly TableName: string;
  readonly IndexName?: string;
  readonly ConsistentRead?: boolean;
  readonly Item?: Attributes;
  readonly RequestItems?: Readonly<Record<string, { readonly ConsistentRead?: boolean }>>;
  readonly SecretId?: string;
}

/** `target`: such as `DynamoDB_20120810.GetItem`. @throws Error at a call that it does not know, which no function makes */
function callOf(by: string, target: string, input: Input): Call {
  const isConsistent = input.ConsistentRead === true;
  switch (target) {
    case 'secretsmanager.GetSecretValue':
      return { by, action: 'secretsmanager:GetSecretValue', on: String(input.SecretId?.split(':').at(-1)) };
    case 'DynamoDB_20120810.GetItem':
      return { by, action: 'dynamodb:GetItem', on: input.TableName, isConsistent };
    case 'DynamoDB_20120810.BatchGetItem': {
      const [[on = '', asked] = [], ...others] = Object.entries(input.RequestItems ?? {});
      if (others.length > 0) throw new Error('a batch reads one table');
      return { by, action: 'dynamodb:BatchGetItem', on, isConsistent: asked?.ConsistentRead === true };
    }
    case 'DynamoDB_20120810.PutItem': {
      const key = (input.Item?.orderId ?? input.Item?.id)?.S ?? '';
      const writes = /^[a-z]+_/.exec(key)?.[0];
      if (writes === undefined) throw new Error(`the key ${key} does not say what it is of`);
      return { by, action: 'dynamodb:PutItem', on: input.TableName, writes };
    }
    case 'DynamoDB_20120810.Query':
      return { by, action: 'dynamodb:Query', on: `${input.TableName}/index/${input.IndexName}` };
    default:
      throw new Error(`${target} is no call of a function`);
  }
}
