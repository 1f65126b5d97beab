/** In which order a request is checked: of all that is wrong with it the first thing is told, and nothing after it is tried. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { importPrivateKey, signRequest } from '../../functions/client/sign.ts';
import { openShop, type TestShop } from '../support/shop.ts';

let shop: TestShop;
beforeAll(async () => {
  shop = await openShop();
});
afterAll(() => shop.stop());

type Signer = 'till' | 'backOffice' | 'nobody';

async function send(
  signer: Signer,
  query: string,
  body: string,
): Promise<{ status: number; code: string; detail: string }> {
  const url = `${shop.stack.api}/v1/orders${query}`;
  const [till, backOffice] = shop.stack.identity.credentials;
  const by = { till, backOffice, nobody: undefined }[signer];
  const headers = by
    ? await signRequest(
        { method: 'POST', url, body },
        { ...by, privateKey: await importPrivateKey(by.privateKeyPem, by.alg) },
        Math.floor(shop.now() / 1_000),
      )
    : {};
  const answer = await fetch(url, {
    method: 'POST',
    headers: { ...headers, 'content-type': 'application/json' },
    body,
  });
  return (await answer.json()) as { status: number; code: string; detail: string };
}

const HUGE = `{"unknown":"${'x'.repeat(16 * 1024)}"}`;
const BODY = '{"unknown":1}';

test.each([
  ['its size', 413, 'too_large', 'nobody', '?x=%20', HUGE],
  ['what can be verified at all', 400, 'malformed', 'nobody', '?x=%20', BODY],
  ['its signature', 401, 'signature_missing', 'nobody', '?x=1', BODY],
  ['the scope of its credential', 403, 'scope_missing', 'backOffice', '?x=1', BODY],
  ['what it says', 400, 'malformed', 'till', '?x=1', BODY],
] as const)(
  'a request that is wrong in all that comes later is refused for %s',
  async (_, status, code, signer, query, body) => {
    expect(await send(signer, query, body)).toMatchObject({ status, code });
  },
);

test('the two that are malformed are so for different reasons', async () => {
  expect((await send('nobody', '?x=%20', BODY)).detail).toBe('A query value consists of A-Z a-z 0-9 - . _ ~.');
  expect((await send('till', '?x=1', BODY)).detail).toMatch(/^\/query\/x: is not known here/);
});
