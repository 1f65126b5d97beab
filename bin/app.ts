/**
 * The CDK app. `cdk deploy` runs it; the local stack synthesizes it in its own process. Settings come from the context:
 * `-c alipayGateway=URL -c antomGateway=URL -c publicUrl=URL -c authorities=a,b -c statementDelayMinutes=30 -c dueShards=16
 * -c statementShards=16 -c sweepGroups=1 -c sweepPerSecond=80 -c sweepMemoryMb=512 -c requestsPerSecond=1000
 * -c disposable=true
 * -c webOrigins=https://till.example.com -c siteCertificateArn=arn:…`.
 */
import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { DUE_SHARDS } from '../functions/order/orders.ts';
import { SWEEP_PER_SECOND } from '../functions/rate-limiter.ts';
import { STATEMENT_SHARDS, STATEMENT_SHARDS_MAX } from '../functions/statement/statements.ts';
import { PaymentStack } from '../lib/payment-stack.ts';

const STACK = 'Tillgate';

/** Rules of cdk-nag's packs that do not fit, and why. At most five. */
const ACKNOWLEDGED = [
  {
    id: 'Serverless::Serverless-LambdaDLQ',
    reason:
      'API functions are called synchronously, which no dead letter queue sees; the sweep keeps its work in the due index.',
  },
  {
    id: 'Serverless::Serverless-EventBusDLQ',
    reason:
      'A lost call of the sweep needs no copy: the next one does the same work a minute later, and an alarm watches it.',
  },
  {
    id: 'Serverless::Serverless-LambdaTracing',
    reason: 'Every log line carries the request and the order; traces would cost more than the requests they describe.',
  },
  {
    id: 'AwsSolutions::AwsSolutions-APIG4',
    reason:
      'Every request is signed over its own bytes and verified by its handler, which alone has the body; an authorizer sees none.',
  },
  {
    id: 'AwsSolutions::AwsSolutions-SMG4',
    reason: 'Keys are exchanged with the channel by a person, in its console: a schedule cannot rotate them.',
  },
];

/** Those of the screens, which are there only with a certificate. */
const ACKNOWLEDGED_OF_SITE = [
  {
    id: 'AwsSolutions::AwsSolutions-CFR1',
    reason: 'Shops and their accountants may be anywhere; the pages hold no data, and the API asks for a signature.',
  },
  {
    id: 'AwsSolutions::AwsSolutions-CFR2',
    reason: 'Static files behind a cache: there is nothing that a firewall could keep from them.',
  },
];

const isUrl = (value: string) => /^https?:$/.test(URL.parse(value)?.protocol ?? '');
const isWhole = (value: string, least: number, most: number) =>
  /^[0-9]{1,7}$/.test(value) && Number(value) >= least && Number(value) <= most;
/** Over TLS, or on the developer's own machine; an origin has no path, not even a slash. */
const isOrigin = (value: string) =>
  /^(https:\/\/|http:\/\/(localhost|127\.0\.0\.1)(:|$))/.test(value) && URL.parse(value)?.origin === value;
const HOST = /^[a-z0-9.-]+(:[0-9]+)?$/;

/** What each setting must look like. A wrong one is refused here, because deployed it would fail without a sound. */
const SETTINGS = {
  alipayGateway: { must: 'be an http or https URL', fits: isUrl },
  antomGateway: { must: 'be an http or https URL', fits: isUrl },
  publicUrl: { must: 'be an http or https URL', fits: isUrl },
  authorities: {
    must: 'be host names in lower case, separated by commas only',
    fits: (value: string) => value.split(',').every((host) => HOST.test(host)),
  },
  webOrigins: {
    must: 'be origins such as https://till.example.com, separated by commas only',
    fits: (value: string) => value.split(',').every(isOrigin),
  },
  siteCertificateArn: {
    must: 'be the ARN of a certificate in us-east-1',
    fits: (value: string) => /^arn:aws[a-z-]*:acm:us-east-1:[0-9]{12}:certificate\/[A-Za-z0-9-]+$/.test(value),
  },
  statementDelayMinutes: {
    must: 'be a whole number from 0 to 1440',
    fits: (value: string) => /^[0-9]{1,4}$/.test(value) && Number(value) <= 1_440,
  },
  dueShards: {
    must: `be a whole number from ${DUE_SHARDS} to 4096, and never less than before`,
    fits: (value: string) => isWhole(value, DUE_SHARDS, 4_096),
  },
  statementShards: {
    must: `be a whole number from ${STATEMENT_SHARDS} to ${STATEMENT_SHARDS_MAX}, and never less than before`,
    fits: (value: string) => isWhole(value, STATEMENT_SHARDS, STATEMENT_SHARDS_MAX),
  },
  sweepMemoryMb: { must: 'be a whole number from 512 to 10240', fits: (value: string) => isWhole(value, 512, 10_240) },
  sweepPerSecond: { must: 'be a whole number from 1 to 10000', fits: (value: string) => isWhole(value, 1, 10_000) },
  sweepGroups: { must: 'be a whole number from 1 to 64', fits: (value: string) => isWhole(value, 1, 64) },
  requestsPerSecond: { must: 'be a whole number from 1 to 1000000', fits: (value: string) => isWhole(value, 1, 1e6) },
  disposable: { must: 'be true or false', fits: (value: string) => value === 'true' || value === 'false' },
};

/** @throws Error that names the setting and what it must be */
function settingOf(app: App, name: keyof typeof SETTINGS): string | undefined {
  const given: unknown = app.node.tryGetContext(name);
  if (given === undefined) return undefined;
  const { must, fits } = SETTINGS[name];
  if (!fits(String(given))) throw new Error(`the setting ${name} must ${must}, not ${JSON.stringify(given)}`);
  return String(given);
}

/** The app with its one stack. `context` adds to what the command line gave. */
function createApp(
  bundle: boolean,
  context: Readonly<Record<string, unknown>> = {},
): { app: App; stack: PaymentStack } {
  const app = new App({ context: { ...context } });
  const setting = (name: keyof typeof SETTINGS) => settingOf(app, name);
  const publicUrl = setting('publicUrl');
  const authorities = setting('authorities');
  const webOrigins = setting('webOrigins')?.split(',') ?? [];
  const siteCertificateArn = setting('siteCertificateArn');
  if (siteCertificateArn && !(webOrigins.length > 0 && webOrigins.every((origin) => /^https:[^:]*$/.test(origin))))
    throw new Error('the setting siteCertificateArn needs webOrigins, all of them https and without a port');
  const stack = new PaymentStack(app, STACK, {
    gateways: {
      alipay: setting('alipayGateway') ?? 'https://openapi.alipay.com/gateway.do',
      antom: setting('antomGateway') ?? 'https://open-sea-global.alipay.com',
    },
    ...(publicUrl && { publicUrl }),
    ...(authorities && { authorities }),
    webOrigins,
    ...(siteCertificateArn && { siteCertificateArn }),
    statementDelayMinutes: Number(setting('statementDelayMinutes') ?? 30),
    dueShards: Number(setting('dueShards') ?? DUE_SHARDS),
    statementShards: Number(setting('statementShards') ?? STATEMENT_SHARDS),
    sweepMemoryMb: Number(setting('sweepMemoryMb') ?? 512),
    sweepPerSecond: Number(setting('sweepPerSecond') ?? SWEEP_PER_SECOND),
    sweepGroups: Number(setting('sweepGroups') ?? 1),
    requestsPerSecond: Number(setting('requestsPerSecond') ?? 1_000),
    disposable: setting('disposable') === 'true',
    bundle,
  });
  return { app, stack };
}

/** The CloudFormation template alone: the functions are not bundled, the rules are not checked. */
export function synthesizeTemplate(context: Readonly<Record<string, unknown>> = {}): unknown {
  // The CDK checks templates by a WebAssembly rule engine that takes four seconds; `npm run synth` lets it.
  process.env.CDK_VALIDATION = 'false';
  const { app } = createApp(false, context);
  return app.synth().getStackByName(STACK).template;
}

if (import.meta.main) {
  const { app, stack } = createApp(true);
  const site = app.node.tryGetContext('siteCertificateArn') !== undefined;
  Validations.of(app).addPlugins(new ServerlessChecks(app), new AwsSolutionsChecks(app));
  Validations.of(stack).acknowledge(...ACKNOWLEDGED, ...(site ? ACKNOWLEDGED_OF_SITE : []));
  app.synth();
}
