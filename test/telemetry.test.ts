/** What a function writes into its log: the listed fields, the keys of the invocation, and nothing that nobody has listed. */
import { afterEach, describe, expect, test, vi } from 'vitest';
import { lambdaLog } from '../functions/powertools.ts';
import type { Log, LogFields, LogOf } from '../functions/telemetry.ts';

const AT = '2026-03-01T04:05:06.007Z';

afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
});

/** What is printed while `run` logs, line by line. */
function printed(run: (logOf: LogOf) => void): unknown[] {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse(AT) });
  const lines: string[] = [];
  for (const stream of [process.stdout, process.stderr])
    vi.spyOn(stream, 'write').mockImplementation((line) => lines.push(String(line)) > 0);
  run(lambdaLog());
  vi.restoreAllMocks();
  return lines.map((line) => JSON.parse(line));
}

const base = { level: 'INFO', message: 'answered', timestamp: AT, service: 'tillgate' };

describe('a line of the log', () => {
  test.each([
    ['INFO', 'info'],
    ['WARN', 'warn'],
    ['ERROR', 'error'],
  ] as const)('says its level %s, and when it was written', (level, name) => {
    const lines = printed((logOf) => logOf({})[name]('answered', { status: 200 }));
    expect(lines).toEqual([{ ...base, level, status: 200 }]);
  });

  test('names the request in each, also where the fields are other ones, and never the one before', () => {
    const lines = printed((logOf) => {
      const tell = (keys: LogFields, log: (it: Log) => void) => log(logOf(keys));
      tell({ requestId: 'r-1', operation: 'createOrder', keyid: 'k' }, (log) => log.info('answered', { ms: 1 }));
      tell({ requestId: 'r-2', operation: 'sweep' }, (log) => {
        log.info('answered', { channelOperation: 'query' });
        log.info('answered');
      });
    });
    expect(lines).toEqual([
      { ...base, requestId: 'r-1', operation: 'createOrder', keyid: 'k', ms: 1 },
      { ...base, requestId: 'r-2', operation: 'sweep', channelOperation: 'query' },
      { ...base, requestId: 'r-2', operation: 'sweep' },
    ]);
  });

  test('holds nothing that is not listed, neither of the keys nor of the fields, and no more of a text than its length', () => {
    const error = new Error('with a key', { cause: 'MIIE' });
    const fields = { reason: 'x'.repeat(1_000), tillCode: '28', event: { body: 'b' }, error, requestId: ['r'] };
    const lines = printed((logOf) =>
      logOf({ operation: 'o', buyer: 'b' } as LogFields).info('answered', fields as unknown as LogFields),
    );
    expect(lines).toEqual([{ ...base, operation: 'o', reason: 'x'.repeat(256) }]);
  });

  test('says no more where the environment asks Powertools for it', () => {
    for (const name of ['POWERTOOLS_LOGGER_LOG_EVENT', 'POWERTOOLS_METRICS_DISABLED']) vi.stubEnv(name, 'true');
    vi.stubEnv('POWERTOOLS_SERVICE_NAME', 'other');
    vi.stubEnv('TZ', 'Asia/Shanghai');
    expect(printed((logOf) => logOf({}).info('answered'))).toEqual([base]);
  });
});
