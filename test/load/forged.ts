/** F13: notifications that nobody signed, at a steady rate. */
import { randomBytes } from 'node:crypto';
import { Agent, request } from 'node:http';
import type { Server } from './server.ts';

/** Begins at once. What it answers ends it, and tells how many were sent and how they were answered. */
export function forge(
  server: Server,
  perSecond: number,
): () => Promise<{ sent: number; answers: Record<string, number> }> {
  const agent = new Agent({ keepAlive: true, maxSockets: 32 });
  const answers: Record<string, number> = {};
  const { appId, sellerId } = server.credentials.alipay;
  const running = new Set<Promise<void>>();
  const began = performance.now();
  let sent = 0;
  const timer = setInterval(() => {
    const due = ((performance.now() - began) * perSecond) / 1_000;
    for (; sent < due; sent += 1) {
      const one = send(`${server.api}/v1/notifications/alipay`, bodyOf(appId, sellerId), agent).then((answer) => {
        answers[answer] = (answers[answer] ?? 0) + 1;
        running.delete(one);
      });
      running.add(one);
    }
  }, 10);
  return async () => {
    clearInterval(timer);
    await Promise.all(running);
    agent.destroy();
    return { sent, answers };
  };
}

/** Right in everything that is no secret, so that only the signature can tell. */
function bodyOf(appId: string, sellerId: string): string {
  return new URLSearchParams({
    app_id: appId,
    seller_id: sellerId,
    notify_id: randomBytes(17).toString('hex'),
    notify_type: 'trade_status_sync',
    notify_time: '2026-03-01 12:00:00',
    trade_status: 'TRADE_SUCCESS',
    trade_no: '2026030122001',
    out_trade_no: 'ord_abcdefghijklmnopqrstuvwxyz_1',
    total_amount: '12.34',
    gmt_payment: '2026-03-01 12:00:00',
    charset: 'utf-8',
    version: '1.0',
    sign_type: 'RSA2',
    sign: randomBytes(256).toString('base64'),
  }).toString();
}

function send(url: string, body: string, agent: Agent): Promise<string> {
  return new Promise((resolve) => {
    const headers = { 'content-type': 'application/x-www-form-urlencoded', 'content-length': Buffer.byteLength(body) };
    const sending = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.on('end', () => resolve(String(response.statusCode)));
    });
    sending.on('error', () => resolve('no answer'));
    sending.end(body);
  });
}
