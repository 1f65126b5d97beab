import { describe, expect, test } from 'vitest';
import { contract } from '../../../functions/contract/contract.ts';
import { Problem } from '../../../functions/contract/problem.ts';
import { authenticate } from '../../../functions/http/middleware/authenticate.ts';
import type { HttpEvent } from '../../../functions/http/middleware/request-context.ts';
import { invoke } from '../../support/invocation.ts';

const caller = { keyid: 'trm_a.1', merchantId: 'mer_a' };

describe('authenticating', () => {
  test('asks whose request this is, to the byte, and tells who calls', async () => {
    const asked: unknown[] = [];
    const body = Buffer.from('{"code":"1"}');
    const { context, result } = await invoke(
      [
        authenticate(contract.closeOrder, async (_, received) => {
          asked.push(received);
          return caller;
        }),
      ],
      {
        event: { rawQueryString: 'a=1', headers: { host: 'pay.example', signature: 'sig1=:AA==:' } },
        context: { body },
      },
    );
    const headers = { host: 'pay.example', signature: 'sig1=:AA==:' };
    expect(asked).toEqual([
      { method: 'POST', authority: 'pay.example', path: '/v1/orders', query: 'a=1', headers, body },
    ]);
    expect([context.caller, result?.statusCode]).toEqual([caller, 200]);
  });

  test('reads the request for those whose content says who signed it', async () => {
    const body = Buffer.from('{"operatorId":"op-7"}');
    const pathParameters = { orderId: `ord_${'a'.repeat(26)}` };
    const read: unknown[] = [];
    const identify = async (_: unknown, __: unknown, parse: () => unknown) => {
      read.push(parse());
      return caller;
    };
    await invoke([authenticate(contract.closeOrder, identify)], { event: { pathParameters }, context: { body } });
    expect(read).toEqual([{ params: pathParameters, query: {}, body: { operatorId: 'op-7' } }]);
  });

  test('lets nobody pass whom it does not know', async () => {
    const unknown = new Problem('key_unknown');
    const { error, context } = await invoke([authenticate(contract.closeOrder, () => Promise.reject(unknown))]);
    expect([error, context]).toEqual([unknown, {}]);
  });

  test.each([
    [{ rawPath: '/v1/orders/ä' }, 'A path consists of A-Z a-z 0-9 - . _ ~ and slashes.'],
    [{ rawPath: '/v1/orders/a b' }, 'A path consists of A-Z a-z 0-9 - . _ ~ and slashes.'],
    [{ rawQueryString: 'day=%32' }, 'A query value consists of A-Z a-z 0-9 - . _ ~.'],
    [{ rawQueryString: 'a=1+2' }, 'A query value consists of A-Z a-z 0-9 - . _ ~.'],
  ] satisfies [Partial<HttpEvent>, string][])(
    'refuses what could not be verified, before it asks: %j',
    async (event, detail) => {
      const never = () => expect.unreachable('nothing is to be verified');
      const { error } = await invoke([authenticate(contract.closeOrder, async () => never())], { event });
      expect(error).toMatchObject({ code: 'malformed', message: detail });
    },
  );
});
