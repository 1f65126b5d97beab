/**
 * Antom's notifications: JSON, signed in a header. The check needs no table and no network, so that a flood of forgeries costs
 * little; what is not proved genuine is not looked at further. How old it says that it is proves nothing, because nothing says
 * whether a repeat has a time of its own.
 */
import { hash } from 'node:crypto';
import * as z from 'zod';
import type { Notification, SentMessage } from '../channel.ts';
import { newsOf, payment } from './answers.ts';
import { codeOf } from './codes.ts';
import { readJson } from './json.ts';
import type { AntomKeys } from './secret.ts';
import { flawOf } from './wire.ts';

const BYTES_MAX = 16 * 1024;

const text = z.string();
const kind = z.object({ notifyType: text });
const schema = z.object({
  result: z.object({ resultStatus: text }),
  paymentRequestId: text.min(1).max(64),
  ...payment,
});

export function readAntomNotification({ body, headers, path }: SentMessage, clients: AntomKeys): Notification {
  if (body.length > BYTES_MAX) return forged('it is too large');
  const { 'client-id': clientId = '', 'request-time': time = '', signature } = headers;
  const client = clients.get(clientId);
  if (!client) return forged('the client is unknown');
  const flaw = flawOf({ path, clientId, time, body }, signature, client.antomKeys);
  if (flaw !== undefined) return forged(flaw);
  const message = readJson(body);
  const type = kind.safeParse(message).data?.notifyType;
  if (!message || type === undefined) return forged('it is no notification');
  if (type !== 'PAYMENT_RESULT') return { kind: 'not_ours', why: `notifyType ${codeOf(type)}` };
  const read = schema.safeParse(message);
  if (!read.success) return forged('it lacks what it must have');
  return meaningOf(read.data, clientId);
}

const forged = (why: string): Notification => ({ kind: 'forged', why });

function meaningOf(told: z.output<typeof schema>, clientId: string): Notification {
  const { paymentRequestId, result, paymentId = '' } = told;
  const { resultStatus } = result;
  if (resultStatus !== 'S' && resultStatus !== 'F')
    return { kind: 'not_ours', why: `PAYMENT_RESULT ${codeOf(resultStatus)}` };
  const isPaid = resultStatus === 'S';
  const news = isPaid ? newsOf(told) : undefined;
  return {
    kind: 'news',
    // It carries none of its own.
    notificationId: hash('sha256', [paymentRequestId, 'PAYMENT_RESULT', resultStatus, paymentId].join('\n')),
    account: { channel: 'antom', clientId },
    attemptNo: paymentRequestId,
    ...(news && { paid: news }),
    ...(isPaid && !news && { incomplete: true }),
    closedUnpaid: !isPaid,
  };
}
