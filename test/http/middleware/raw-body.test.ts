import { describe, expect, test } from 'vitest';
import { rawBody } from '../../../functions/http/middleware/raw-body.ts';
import { invoke } from '../../support/invocation.ts';

const MAX = 16 * 1024;
const sent = async (body: string | undefined, isBase64Encoded = false) =>
  invoke([rawBody()], { event: { ...(body !== undefined && { body }), isBase64Encoded } });

describe('the raw body', () => {
  test('is the bytes that were sent, as text or in base64', async () => {
    expect((await sent('{"é":1}')).context).toEqual({ body: Buffer.from('{"é":1}') });
    const bytes = Buffer.from([0, 255, 13, 10, 195]);
    expect((await sent(bytes.toString('base64'), true)).context).toEqual({ body: bytes });
  });

  test.each([undefined, ''])('is absent if nothing was sent: %s', async (body) => {
    expect((await sent(body)).context).toEqual({});
  });

  test.each([
    ['as text', 'x'.repeat(MAX), 'x'.repeat(MAX + 1), false],
    ['as text of two bytes a character', 'é'.repeat(MAX / 2), `${'é'.repeat(MAX / 2)}x`, false],
    ['in base64', Buffer.alloc(MAX).toString('base64'), Buffer.alloc(MAX + 1).toString('base64'), true],
  ])('has 16 KB at the most, %s', async (_, full, over, isBase64Encoded) => {
    expect((await sent(full, isBase64Encoded)).context.body).toHaveLength(MAX);
    expect((await sent(over, isBase64Encoded)).error).toMatchObject({ code: 'too_large', status: 413 });
  });
});
