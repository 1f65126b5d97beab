/** A channel is data: outside its own folder, code and screens do not name one. What may, and why, stands here. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ROOT } from './tree.ts';

const MAY_NAME_ONE: Readonly<Record<string, string>> = {
  'functions/channel/registry.ts': 'the entries themselves, and the form of their accounts',
  'functions/services.ts': 'which code speaks to which channel',
  'functions/notifications/alipay.ts': 'the door that AWS calls for the channel',
  'functions/notifications/antom.ts': 'the door that AWS calls for the channel',
  'functions/currencies.ts': 'all currencies of ISO 4217',
  'functions/contract/notifications.ts': 'an example of a name, in a comment',
  'lib/channel-secrets.ts': 'an example of a name, in a comment, and the page of the manual',
};

test('only the registry and what is named here know a channel, or its currency, by name', () => {
  const files = ['functions/**/*.ts', 'lib/**/*.ts', 'web/**/*.{ts,tsx}'].flatMap((pattern) =>
    globSync(pattern, { cwd: ROOT }),
  );
  // The wallet is Alipay's own app, played on this machine.
  const isOwn = (file: string) => /^(functions\/channel\/(alipay|antom)|web\/wallet)\//.test(file);
  const naming = files.filter(
    (file) => !isOwn(file) && /alipay|antom|支付宝|cny/i.test(readFileSync(join(ROOT, file), 'utf8')),
  );
  expect(naming.sort()).toEqual(Object.keys(MAY_NAME_ONE).sort());
});
