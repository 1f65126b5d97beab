/** Antom's notifications, signed by hand, and how our channel reads them. */
import { createPublicKey } from 'node:crypto';
import { readAntomNotification } from '../../functions/channel/antom/notification.ts';
import { parseAntomSecret } from '../../functions/channel/antom/secret.ts';
import type { Notification, SentMessage } from '../../functions/channel/channel.ts';
import { ATTEMPT, antoms, CLIENT, own, SECRET } from './antom-loopback.ts';
import { rsaPair, rsaSha256 } from './keys.ts';

export const PATH = '/v1/notifications/antom';
export const OTHER = 'SANDBOX_5Y0000000000002';
export const others = rsaPair();
const OTHERS = { privateKeyPem: others.privateKeyPem, antomPublicKeyPems: [others.publicKeyPem] };

/** Two clients of ours; Antom's key for the second one is another. */
const clients = new Map([
  ...parseAntomSecret(JSON.stringify(SECRET)),
  [OTHER, { signers: [], antomKeys: [createPublicKey(OTHERS.antomPublicKeyPems[0] ?? '')], keyVersion: '1' }] as const,
]);

export const MEMBERS = {
  notifyType: 'PAYMENT_RESULT',
  result: { resultCode: 'SUCCESS', resultStatus: 'S', resultMessage: 'success' },
  paymentRequestId: ATTEMPT,
  paymentId: '2026030112001',
  paymentAmount: { currency: 'JPY', value: '1000' },
  paymentCreateTime: '2026-03-01T12:00:01+08:00',
  paymentTime: '2026-03-01T12:00:09+08:00',
  actualPaymentAmount: { currency: 'CNY', value: '5000' },
  pspCustomerInfo: { pspName: 'AlipayCN', pspCustomerId: '2088102146225135', displayCustomerName: '*明' },
};

export interface Signing {
  readonly key?: string;
  readonly clientId?: string;
  readonly time?: string;
  readonly path?: string;
}

export const TIME = '2026-03-01T12:00:10+08:00';

/** The message as it is sent: the text is signed as it is. */
export function message(content: unknown = MEMBERS, signing: Signing = {}): SentMessage {
  const { key = antoms.privateKeyPem, clientId = CLIENT, time = TIME, path = PATH } = signing;
  const text = typeof content === 'string' ? content : JSON.stringify(content);
  const signature = encodeURIComponent(rsaSha256(`POST ${path}\n${clientId}.${time}.${text}`, key));
  const header = `algorithm=RSA256,keyVersion=1,signature=${signature}`;
  return {
    body: Buffer.from(text),
    headers: { 'client-id': clientId, 'request-time': time, signature: header },
    path,
  };
}

export const read = (sent: SentMessage): Notification => readAntomNotification(sent, clients);
export { ATTEMPT, CLIENT, own };
