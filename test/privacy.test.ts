/** I16, S16, S17: what may leak is seen to leak, and what is kept of people is on the list that the README tells. */
import { generateKeyPairSync } from 'node:crypto';
import { createServer } from 'node:http';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, PutCommand, ScanCommand } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { close, listen } from '../bin/local/aws.ts';
import { lambdaLog } from '../functions/powertools.ts';
import { errorText, type LogFields, logFault, loggable } from '../functions/telemetry.ts';
import { learn, look, mustHaveKept, takeLeaks } from './support/canary.ts';
import { cny, newNo, openShop, type TestShop } from './support/shop.ts';

let shop: TestShop;
let dynamo: DynamoDBDocumentClient;
beforeAll(async () => {
  shop = await openShop();
  dynamo = DynamoDBDocumentClient.from(new DynamoDBClient({}));
});
afterAll(async () => {
  dynamo.destroy();
  await shop.stop();
});

/** What has leaked, taken away so that the canary itself lets this test pass. */
const leaked = () => [...new Set(takeLeaks().map(({ where, what }) => `${what} in ${where}`))].sort();

const TILL_CODE = '281234567890123456';
const SIGNATURE = Buffer.from(Array.from({ length: 64 }, (_, i) => i * 3)).toString('base64');
const pem = (type: 'ed25519' | 'ec' | 'rsa', encoding: 'pkcs8' | 'sec1' | 'pkcs1' = 'pkcs8') => {
  const { privateKey } =
    type === 'rsa'
      ? generateKeyPairSync('rsa', { modulusLength: 2048 })
      : type === 'ec'
        ? generateKeyPairSync('ec', { namedCurve: 'P-256' })
        : generateKeyPairSync('ed25519');
  return privateKey.export({ type: encoding as 'pkcs8', format: 'pem' }).toString();
};
const bare = (text: string) => text.replace(/-----[^-]+-----/g, '').replace(/\s/g, '');

describe('F76 S16 the canary sees a leak that was planted', () => {
  test.each([
    ['Ed25519', pem('ed25519')],
    ['P-256', pem('ec')],
    ['P-256, SEC 1', pem('ec', 'sec1')],
    ['RSA', pem('rsa')],
    ['RSA, PKCS#1', pem('rsa', 'pkcs1')],
  ])('of a private key: %s', (_, text) => {
    for (const spelling of [text, bare(text), JSON.stringify({ privateKeyPem: text })]) {
      look('a log line', spelling);
      expect(leaked()).toEqual(['a private key in a log line']);
    }
  });

  test('in an answer, of what the request brought', async () => {
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk) => {
        body += chunk;
      });
      request.on('end', () => {
        response.setHeader('x-echo', request.url === '/v1/header' ? String(request.headers.signature) : '');
        response.write(request.url === '/v1/body' ? `you sent ${body}` : 'nothing');
        response.end();
      });
    });
    const url = await listen(server);
    const post = async (path: string, body: string) => {
      const headers = { signature: `sig1=:${SIGNATURE}:` };
      await (await fetch(url + path, { method: 'POST', headers, body })).text();
      return leaked();
    };
    const form = String(
      new URLSearchParams({ sign: SIGNATURE, buyer_id: '2088999900001111', buyer_logon_id: '139****0001' }),
    );
    expect(await post('/v1/quiet', form)).toEqual([]);
    expect(await post('/v1/header', '')).toEqual(['a signature in an answer']);
    expect(await post('/v1/body', JSON.stringify({ tillCode: TILL_CODE }))).toEqual(['a till code in an answer']);
    expect(await post('/v1/body', JSON.stringify({ code: 'ABCD-EFGH-JKMN' }))).toEqual([
      'an activation code in an answer',
    ]);
    expect(await post('/v1/body', form)).toEqual([
      "the channel's signature in an answer",
      "the payer's data in an answer",
    ]);
    const antoms = JSON.stringify({ pspCustomerInfo: { pspName: 'AlipayCN', pspCustomerId: '2088999900002222' } });
    const headers = { signature: `algorithm=RSA256,keyVersion=1,signature=${encodeURIComponent(SIGNATURE)}` };
    const header = await (await fetch(`${url}/v1/header`, { method: 'POST', headers, body: antoms })).text();
    expect([header, leaked()]).toEqual(['nothing', ["the channel's signature in an answer"]]);
    expect(await post('/v1/body', antoms)).toEqual(["the payer's data in an answer"]);
    // At a gateway nothing that is answered is a leak, and what it hears must not come out elsewhere.
    const pay = JSON.stringify({ paymentMethod: { paymentMethodId: '281234567890129999' } });
    expect(await post('/ams/api/v1/payments/pay', pay)).toEqual([]);
    look('a log line', '281234567890129999');
    expect(leaked()).toEqual(['a till code in a log line']);
    await close(server);
  });

  test('in what is printed, and in what the log of the functions writes', () => {
    learn('a till code', TILL_CODE);
    console.log('code', { scanned: [TILL_CODE] });
    expect(leaked()).toEqual(['a till code in what is printed']);
    process.stdout.write(`${TILL_CODE}\n`);
    expect(leaked()).toEqual(['a till code in what is printed']);
    lambdaLog()({}).info('answered', { reason: TILL_CODE });
    expect(leaked()).toEqual(['a till code in what is printed']);
  });

  test('in a table', async () => {
    learn('a till code', TILL_CODE);
    const Item = { orderId: 'planted', note: `paid by ${TILL_CODE}` };
    await dynamo.send(new PutCommand({ TableName: process.env.ORDERS_TABLE, Item }));
    expect(leaked()).toEqual(['a till code in a table']);
  });

  test('in whatever passes through the API: the next real notification teaches it who paid', async () => {
    const order = await shop.open();
    await shop.pay(order);
    await shop.eventually(order.orderId, ({ status }) => status === 'paid');
    // The simulator's customer, whom nobody has named to the canary.
    look('a log line', 'buyer 2088102146225135, alias 138****5678');
    expect(leaked()).toEqual(["the payer's data in a log line"]);
    const [delivery] = await shop.deliveries(order);
    look('a log line', decodeURIComponent(/sign=([^&]*)/.exec(delivery?.body ?? '')?.[1] ?? ''));
    expect(leaked()).toEqual(["the channel's signature in a log line"]);
  });

  test('and fails the test that caused it', () => {
    look('a log line', pem('ed25519'));
    expect(mustHaveKept).toThrow('The canary sees a private key in a log line.');
    // And told once: a second look finds nothing, and does not throw.
    mustHaveKept();
  });
});

describe('F76 S16 log lines', () => {
  test('hold the fields that are listed, texts and numbers, and no more of a text than its length', () => {
    const whole = {
      orderId: 'ord_1',
      status: 200,
      event: { body: 'x' },
      tillCode: TILL_CODE,
      __proto__: { keyid: 'k' },
    };
    expect(loggable(whole as LogFields)).toEqual({ orderId: 'ord_1', status: 200 });
    expect(loggable({ reason: { secret: 1 } as unknown as string, code: 'x'.repeat(1_000) })).toEqual({
      code: 'x'.repeat(64),
    });
  });

  test('of the functions are of those fields, whatever they are given', () => {
    const lines: string[] = [];
    const { write } = process.stdout;
    process.stdout.write = ((line: string) => lines.push(line) > 0) as typeof write;
    lambdaLog()({}).info('answered', { requestId: 'r', event: { headers: { signature: 's' } } } as LogFields);
    process.stdout.write = write;
    const { level, message, service, timestamp, sampling_rate: _, ...fields } = JSON.parse(lines.join(''));
    expect([level, message, service, typeof timestamp]).toEqual(['INFO', 'answered', 'tillgate', 'string']);
    expect(fields).toEqual({ requestId: 'r' });
  });

  test('of a fault do not quote what a parser could not read', () => {
    const secret = '{"apps":{"2021": {"privateKeyPem": MIIEvQIBADAN';
    const told: unknown[] = [];
    const note = (...said: unknown[]) => told.push(said);
    try {
      JSON.parse(secret);
    } catch (error) {
      expect(String(error)).toContain('MIIEvQ');
      logFault(
        { log: { info: note, warn: note, error: note }, metrics: { count: note, publish: note } },
        'request_failed',
        error,
      );
    }
    expect(JSON.stringify(told)).toContain('SyntaxError');
    expect(JSON.stringify(told)).not.toMatch(/MIIEvQ|privateKeyPem/);
    expect(errorText(new Error('whole'))).toMatch(/^Error: whole\n {4}at /);
  });
});

/** The map of data. Of people it holds operator ids and what the merchant writes; the rest is the sale and its money. */
const PEOPLE = ['request.operatorId', 'attempts[].operatorId', 'closeRequested.operatorId', 'refunds[].operatorId'];
const WRITTEN_BY_THE_MERCHANT = [
  'request.subject',
  'request.reference',
  'request.merchantOrderNo',
  'refunds[].reason',
  'refunds[].refundNo',
];
const OF_THE_SALE =
  /^(orderId|merchantId|schema|version|day|createdAt|updatedAt|dueAt|dueShard|dayKey|unpostedKey|failures|latePayment|account\.(channel|appId|sellerId)|request\.(amount\.(currency|value)|storeId|terminalId|expiresInSeconds)|closeRequested\.(at|by|trade|replacedBy)|closed\.(at|reason))$/;
const OF_ITS_ATTEMPTS =
  /^attempts\[\]\.(n|kind|expiresAt|storeId|terminalId|payload|shownUntil|waitingSince|cancelRequestedAt|doubtResolvedAt|reportedPaidAt|refused\.(reason|code|subCode|at)|ended\.(why|at|inDoubtUntil)|reversed\.(tradeNo|at))$/;
const OF_ITS_MONEY =
  /^(payments\[\]\.(attempt|tradeNo|paidAt|received|source|at|posted|agreementId)|refunds\[\]\.(attempt|k|numbers\[\]|channelNo|amount|storeId|terminalId|source|requestedAt|tries|calledAt|posted|(result|unconfirmedRefusal)\.(status|at|learnedAt|refusal\.\w+|reason|code|subCode)))$/;
/** The wallet's name, and what it paid: never who. */
const TOLD_WITH_IT =
  /^(payments\[\]|refunds\[\]\.result)\.(wallet|(customerPaid|settlement\.gross)\.(currency|value)|settlement\.(pair|price|quoteId))$/;
const REPORTED =
  /^(reportedRefunds\[\]\.(attempt|numbers\[\]\.(channelNo|amount)|amount|at)|refunds\[\]\.(namedAt|named\[\]\.(channelNo|amount|at)))$/;
const OF_AN_ANOMALY = /^(at|reason|attemptNo|facts\.(tradeNo|currency|value|paidAt))$/;
const known = [OF_THE_SALE, OF_ITS_ATTEMPTS, OF_ITS_MONEY, TOLD_WITH_IT, REPORTED, OF_AN_ANOMALY];

describe('S17 personal data', () => {
  test('what is stored at the end of a day is on the map of data, and nothing of it is the payer', async () => {
    await aDay();
    const orders = (await itemsOf('ORDERS_TABLE')).filter(({ orderId }) => orderId !== 'planted');
    const found = [...new Set(orders.flatMap((item) => pathsOf(item)))].sort();
    for (const path of [...PEOPLE, ...WRITTEN_BY_THE_MERCHANT]) expect(found).toContain(path);
    const listed = (path: string) =>
      PEOPLE.includes(path) || WRITTEN_BY_THE_MERCHANT.includes(path) || known.some((it) => it.test(path));
    // Whoever keeps more says so: here, and in docs/privacy.md.
    expect(found.filter((path) => !listed(path))).toEqual([]);
    expect(orders.some(({ orderId }) => String(orderId).startsWith('ano_'))).toBe(true);

    const others = [...(await itemsOf('STATEMENTS_TABLE')), ...(await itemsOf('DIRECTORY_TABLE'))];
    const names = [...new Set(others.flatMap((item) => pathsOf(item)))].sort();
    expect(names.filter((path) => /operator/i.test(path)).length).toBeGreaterThan(0);
    // The hotline is the merchant's own.
    const ofPeople = names.filter((path) => path !== 'supportPhone');
    expect(ofPeople.filter((path) => /buyer|payer|phone|mail|address|card|login|user(?!By)/i.test(path))).toEqual([]);
    look('a table', JSON.stringify([orders, others]));
    expect(leaked()).toEqual([]);
  });
});

async function itemsOf(table: string): Promise<Record<string, unknown>[]> {
  const { Items = [] } = await dynamo.send(new ScanCommand({ TableName: process.env[table], ConsistentRead: true }));
  return Items;
}

/** Every kind of fact: paid, refunded, till code, closed, late, an anomaly, a sealed statement, a closed shift. */
async function aDay(): Promise<void> {
  const paid = await shop.open({ reference: 'T1', operatorId: 'op-7' });
  await shop.pay(paid);
  await shop.eventually(paid.orderId, ({ status }) => status === 'paid');
  const refund = { refundNo: 'r1', amount: cny(34), reason: 'cold', operatorId: 'op-8' };
  await shop.till.call('createRefund', { params: { orderId: paid.orderId }, body: refund });

  const scanned = await shop.open({ qrCode: false });
  const { tillCode } = await shop.wallet('codes', {});
  const body = { attempt: 1, tillCode: String(tillCode), operatorId: 'op-9' };
  await shop.till.call('payWithTillCode', { params: { orderId: scanned.orderId }, body });

  const late = await shop.open();
  await shop.till.call('closeOrder', { params: { orderId: late.orderId }, body: { operatorId: 'op-7' } });
  await shop.pay(late);
  await shop.faults({
    tamperNotification: { field: 'total_amount', value: '0.01' },
    query: { answer: 'time_out', times: 9 },
  });
  const odd = await shop.open({ merchantOrderNo: newNo() });
  await shop.pay(odd);
  await shop.faults({ reset: true });
  await shop.advance(60_000);
  await shop.advance(26 * 3_600_000);
  await shop.till.call('closeShift', { body: { shiftNo: 'day', operatorId: 'op-7' } });
}

function pathsOf(value: unknown, at = ''): string[] {
  // Chunks of a statement are JSON in a text.
  if (typeof value === 'string' && /^[[{]/.test(value)) return pathsOf(JSON.parse(value), at);
  if (Array.isArray(value)) return value.flatMap((member) => pathsOf(member, `${at}[]`));
  if (typeof value !== 'object' || value === null) return [at];
  return Object.entries(value).flatMap(([name, member]) => pathsOf(member, at === '' ? name : `${at}.${name}`));
}
