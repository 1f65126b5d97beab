/** What an operator's command has come to where it was not done: its exit code and its words, and that --help tells both. */

import { describe, expect, test } from 'vitest';
import { failureOf, INTERRUPTED } from '../../bin/admin/outcomes.ts';
import { Refused, UsageError } from '../../bin/cli/exit.ts';
import { AwsError } from '../../functions/sdk.ts';
import { runLine } from '../support/office.ts';

const named = (name: string, message: string, more: object = {}) =>
  Object.assign(new Error(message), { name, ...more });
const metadata = { $metadata: { attempts: 3 } };
const client = { $fault: 'client', ...metadata };
const cut = named('TimeoutError', 'socket hang up', metadata);
const FINISHES = '\nThe same command finishes what was begun.';
const NOT_KNOWN = '\nWhat was done is not known: repeat the command.';
const HINT = '\nnpm run admin -- --help tells all commands, COMMAND --help one.';

describe('a failure is told by its exit code and its words:', () => {
  test.each([
    ['what is refused', new Refused('there is no merchant Tea'), 1, 'there is no merchant Tea'],
    ['wrong usage', new UsageError('--rate is given twice'), 2, `--rate is given twice${HINT}`],
    [
      'an option that there is not',
      Object.assign(new TypeError("Unknown option '--x'"), { code: 'ERR_PARSE_ARGS_UNKNOWN_OPTION' }),
      2,
      `Unknown option '--x'${HINT}`,
    ],
    ['no identity', named('CredentialsProviderError', 'no providers'), 1, `no providers${FINISHES}`],
    ['no region', new Error('Region is missing'), 1, `Region is missing${FINISHES}`],
    ['no right', named('AccessDeniedException', 'not authorized', client), 1, `not authorized${FINISHES}`],
    ['no table', named('ResourceNotFoundException', 'not found', client), 1, `not found${FINISHES}`],
    [
      'too much at once',
      named('ThrottlingException', 'slow down', { ...client, $retryable: { throttling: true } }),
      3,
      `slow down${NOT_KNOWN}`,
    ],
    [
      'an error of AWS',
      named('InternalServerError', 'we are sorry', { $fault: 'server', ...metadata }),
      3,
      `we are sorry${NOT_KNOWN}`,
    ],
    ['no answer', named('TimeoutError', 'socket hang up', metadata), 3, `socket hang up${NOT_KNOWN}`],
    [
      'no connection, which has a code and no words',
      Object.assign(new AggregateError([]), { code: 'ECONNREFUSED', ...metadata }),
      3,
      `ECONNREFUSED${NOT_KNOWN}`,
    ],
    ['no answer of a table', new AwsError('GetItem', cut as never), 3, `socket hang up${NOT_KNOWN}`],
    ['no words at all', named('Odd', '', metadata), 3, `Odd${NOT_KNOWN}`],
  ])('%s', (_, error, code, words) => {
    expect(failureOf(error)).toEqual({ code, words });
  });

  test.each([[new TypeError('x is not a function')], [new Error('the id is taken')], ['text'], [undefined]])(
    'a fault of ours, %s, is none of them',
    (error) => {
      expect(failureOf(error)).toBeUndefined();
    },
  );
});

test('--help tells the exit codes', async () => {
  const { code, out, err } = await runLine('--help');
  expect([code, err]).toEqual([0, '']);
  expect(out.slice(out.indexOf('Exit codes:'))).toBe(`Exit codes:
  0    done, or as it was asked for already; of a check: all is right
  1    refused, not confirmed, or not there; of a check: something is wrong
  2    wrong usage; nothing was looked at
  3    it may be done or not: the same command, repeated, finishes what was begun; of a check: the channel did not say
  4    the local stack refuses the connection: nothing was sent
  130  Ctrl-C: as 3
`);
  expect((await runLine('merchant --help')).out).toMatch(/\nExit codes:\n {2}0 /);
  expect(INTERRUPTED).toBe('Interrupted. What was done is not known: repeat the command.');
});
