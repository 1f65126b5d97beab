/** The forms of the secret in docs/alipay-account.md, with real keys in their places, are secrets that the functions take. */
import { expect, test } from 'vitest';
import { parseAlipaySecret } from '../../functions/channel/alipay/secret.ts';
import { certified, rootFile } from '../support/certificates.ts';
import { textOf } from '../support/pages.ts';

const [ours, alipay] = [certified(), certified()];
const PLACES: Readonly<Record<string, string>> = {
  '<app id>': '2021000000000001',
  '<private key>': ours.privateKeyPem,
  "<Alipay's public key>": alipay.publicKeyPem,
  '<app certificate>': ours.certPem,
  "<Alipay's certificate>": alipay.certPem,
  '<root certificate>': rootFile(),
};

test('a page shows each mode, and both are read', () => {
  const forms = [...textOf('docs/alipay-account.md').matchAll(/^```json\n([\s\S]*?)^```$/gm)].map(([, json = '']) =>
    json.replace(/<[^>]+>/g, (place) => JSON.stringify(PLACES[place] ?? place).slice(1, -1)),
  );
  const read = forms.map((json) =>
    [...parseAlipaySecret(json)].map(([appId, { signers, alipayKeys, ends }]) => [
      appId,
      signers.map(({ parameters }) => Object.keys(parameters)),
      alipayKeys.length,
      ends.map(({ member }) => member.replace(/^.*\./, '')),
    ]),
  );
  expect(read).toEqual([
    [['2021000000000001', [[]], 1, []]],
    [['2021000000000001', [['app_cert_sn', 'alipay_root_cert_sn']], 1, ['appCertPem', '0', 'alipayRootCertPem']]],
  ]);
});
