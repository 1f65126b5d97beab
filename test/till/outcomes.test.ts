/** What a till's command has come to, as its exit code and its words: every outcome that there is. */
import { describe, expect, test } from 'vitest';
import { causeOf, faultOf, isConnectionRefused, NothingListens, Refused, UsageError } from '../../bin/cli/exit.ts';
import { nextAttempt } from '../../bin/till/charge.ts';
import { HELP } from '../../bin/till/help.ts';
import { COMMON, commands } from '../../bin/till/line.ts';
import {
  exitOfPayment,
  exitOfRefund,
  exitOfSale,
  exitOfStatus,
  failureOf,
  LeftUnknown,
  orHow,
} from '../../bin/till/outcomes.ts';
import { ApiProblem, OutcomeUnknown } from '../../functions/client/client.ts';

describe('a sale ends with 0 for one action only:', () => {
  test.each([
    ['hand_over_goods', 0],
    ['none', 1],
    ['start_new_order', 1],
    ['get_qr_code', 1],
    ['wait', 3],
    ['show_qr_code', 3],
    ['do_not_hand_over_goods', 3],
  ] as const)('%s: %i', (nextAction, code) => {
    expect(exitOfSale({ nextAction })).toBe(code);
  });
});

test.each([
  ['succeeded', 0],
  ['failed', 1],
  ['requested', 3],
] as const)('a refund that is %s: %i', (status, code) => {
  expect(exitOfRefund({ status })).toBe(code);
});

test.each([
  [{ result: 'success', tradeNo: '1' }, 0],
  [{ result: 'closed', tradeNo: '1' }, 1],
  [{ result: 'expired', tradeNo: null }, 1],
  [{ result: 'wrong_password' }, 1],
  [{ error: 'nobody knows this code' }, 1],
  [{}, 1],
  [null, 1],
])('a wallet that answers %j: %i', (answer, code) => {
  expect(exitOfPayment(answer)).toBe(code);
});

test.each([
  [199, 1],
  [200, 0],
  [202, 0],
  [299, 0],
  [300, 1],
  [401, 1],
  [503, 1],
])('a request that is answered with %i: %i', (status, code) => {
  expect(exitOfStatus(status)).toBe(code);
});

describe('the attempt that a scan is:', () => {
  const qr = (n: number) => ({ n, kind: 'qr_code' as const, refused: null });
  test.each([
    [null, 'get_qr_code', 1],
    [null, 'start_new_order', 1],
    [qr(1), 'get_qr_code', 2],
    [qr(4), 'get_qr_code', 5],
    // Their own number again, which starts nothing.
    [qr(1), 'wait', 1],
    [qr(2), 'do_not_hand_over_goods', 2],
    [qr(2), 'hand_over_goods', 2],
    [qr(2), 'start_new_order', 2],
  ] as const)('after %j, %s: %i', (attempt, nextAction, n) => {
    expect(nextAttempt({ attempt, nextAction })).toBe(n);
  });
});

const problem = {
  type: 'about:blank',
  title: 'Refused',
  status: 422,
  code: 'amount_over_limit',
  detail: 'It is too much.',
  requestId: 'r',
  retryable: false,
};
const unknown = (cause?: unknown) => new OutcomeUnknown('POST /v1/orders', cause);
const UNKNOWN = 'POST /v1/orders: no definite answer. Look it up by the same number; do not ask again under a new one.';
const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { syscall: 'connect' });

describe('a failure is told by its exit code and its words:', () => {
  test.each([
    ['a refusal', new ApiProblem(problem), 1, 'Refused (422 amount_over_limit): It is too much.'],
    [
      'a refusal with its details',
      new ApiProblem({
        ...problem,
        errors: [
          { pointer: '/amount', detail: 'must be there' },
          { pointer: '', detail: 'must be an object' },
        ],
        channel: { code: '40004', subCode: 'ACQ.X' },
      } as ConstructorParameters<typeof ApiProblem>[0]),
      1,
      'Refused (422 amount_over_limit): It is too much.\n  /amount: must be there\n  /: must be an object\n  channel: {"code":"40004","subCode":"ACQ.X"}',
    ],
    ['what is not there', new Refused('there is no order x'), 1, 'there is no order x'],
    ['wrong usage', new UsageError('name the order'), 2, 'name the order\nnpm run till -- --help tells all commands.'],
    [
      'an option that there is not',
      Object.assign(new TypeError("Unknown option '--x'"), { code: 'ERR_PARSE_ARGS_UNKNOWN_OPTION' }),
      2,
      "Unknown option '--x'\nnpm run till -- --help tells all commands.",
    ],
    [
      'nothing that listens',
      new NothingListens('http://127.0.0.1:1', ', or name another server by --url'),
      4,
      'Nothing listens on http://127.0.0.1:1: start it with npm start, or name another server by --url. Nothing was sent.',
    ],
    ['no definite answer', unknown(), 3, UNKNOWN],
    ['no server', unknown(new TypeError('fetch failed', { cause: refused })), 3, `${UNKNOWN} (${refused.message})`],
    ['an answer of 500', unknown(new Error('status 500')), 3, `${UNKNOWN} (status 500)`],
    [
      'a sale whose number is known',
      new LeftUnknown('show 1 tells.', unknown(new Error('status 500'))),
      3,
      `${UNKNOWN} (status 500)\nshow 1 tells.`,
    ],
  ])('%s', (_, error, code, words) => {
    expect(failureOf(error)).toEqual({ code, words });
  });

  test.each([[new TypeError('x is not a function')], [Object.assign(new Error('gone'), { code: 'EPIPE' })]])(
    'a fault of ours, %s: nothing is said to be refused',
    (error) => {
      const words = `A fault of this program; what was asked for may be done or not.\n${error.stack}`;
      expect(failureOf(error)).toEqual({ code: 3, words });
    },
  );

  test('what is thrown and is no error', () => {
    const words = 'A fault of this program; what was asked for may be done or not.\nundefined';
    expect(faultOf(undefined)).toEqual({ code: 3, words });
    expect(failureOf('text').words).toMatch(/\ntext$/);
  });
});

test('an unknown outcome is told with how to find out; any other error and any result pass as they are', async () => {
  const error = unknown();
  await expect(orHow('show 1', Promise.reject(error))).rejects.toEqual(new LeftUnknown('show 1', error));
  const no = new ApiProblem(problem);
  await expect(orHow('show 1', Promise.reject(no))).rejects.toBe(no);
  await expect(orHow('show 1', Promise.resolve(7))).resolves.toBe(7);
});

test.each([
  [new Error('a'), ''],
  [new Error('a', { cause: 'text' }), ''],
  [new Error('a', { cause: new Error('status 500') }), 'status 500'],
  [new Error('a', { cause: new TypeError('fetch failed', { cause: refused }) }), refused.message],
  // Two addresses were tried, and the error of both has a code only.
  [new Error('a', { cause: Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }) }), 'ECONNREFUSED'],
])('the reason of %s', (error, reason) => {
  expect(causeOf(error)).toBe(reason);
});

const coded = (code: string, more: object = {}) => Object.assign(new Error('x'), { code, ...more });
test.each([
  ['the refusal itself', coded('ECONNREFUSED'), true],
  ['as fetch tells it', new TypeError('fetch failed', { cause: coded('ECONNREFUSED') }), true],
  ['of both addresses of a name', new AggregateError([coded('ECONNREFUSED'), coded('ECONNREFUSED')]), true],
  [
    'of one of them',
    Object.assign(new AggregateError([coded('ECONNREFUSED'), coded('ETIMEDOUT')]), { code: 'ECONNREFUSED' }),
    false,
  ],
  ['of addresses that are not told', Object.assign(new AggregateError([]), { code: 'ECONNREFUSED' }), true],
  ['a connection that broke', new TypeError('fetch failed', { cause: coded('ECONNRESET') }), false],
  ['a time-out', new DOMException('The operation was aborted due to timeout', 'TimeoutError'), false],
  ['no error', 'ECONNREFUSED', false],
])('whether the connection was refused: %s', (_, error, isRefused) => {
  expect(isConnectionRefused(error)).toBe(isRefused);
});

test('--help tells the exit codes, each once', () => {
  expect(HELP.slice(HELP.indexOf('Exit codes:'))).toBe(`Exit codes:
  0    done; of a sale: it is paid, hand over the goods
  1    refused, not paid, or not there; of a sale also: late, cancelled or refunded money. Hand nothing over
  2    wrong usage; nothing was sent
  3    it may be done or not: look it up, or repeat it by the same number, never by a new one
  4    nothing listens there: nothing was sent
  130  a second Ctrl-C: as 3`);
});

test('--help tells every command and every option', () => {
  const options = commands.flatMap((it) => Object.keys(it.options));
  for (const { name } of commands) expect(HELP).toMatch(new RegExp(`^  ${name}\\b`, 'm'));
  for (const name of [...options, ...Object.keys(COMMON)].filter((it) => it !== 'help'))
    expect(HELP).toMatch(new RegExp(`--${name}\\b`));
  expect([commands.length, options.length]).toEqual([14, 29]);
});
