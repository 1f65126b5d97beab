/** What the CDK app refuses. What `cdk synth` makes of it: large/synth.test.ts. */
import { expect, test } from 'vitest';
import { synthesizeTemplate } from '../../bin/app.ts';

test.each([
  ['alipayGateway', 'openapi.alipay.com'],
  ['publicUrl', 'pay.example.com'],
  ['authorities', 'pay.example.com, till.example.com'],
  ['authorities', 'Pay.example.com'],
  ['statementDelayMinutes', 'soon'],
  ['statementDelayMinutes', -1],
  ['disposable', 'yes'],
])('a setting that makes no sense is refused by name: %s=%s', (name, value) => {
  expect(() => synthesizeTemplate({ [name]: value })).toThrow(`the setting ${name} must `);
});
