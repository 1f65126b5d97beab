/**
 * The CDK app. `cdk deploy` runs it; the local stack synthesizes it in its own process. Settings come from the context:
 * `-c alipayGateway=URL -c publicUrl=URL -c authorities=a,b -c statementDelayMinutes=30 -c disposable=true`.
 */
import { App, Validations } from 'aws-cdk-lib';
import { ServerlessChecks } from 'cdk-nag';
import { PaymentStack } from '../lib/payment-stack.ts';

const STACK = 'Tillgate';

/** Rules of cdk-nag's Serverless pack that do not fit, and why. */
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
];

/** The app with its one stack. `context` adds to what the command line gave. */
function createApp(
  bundle: boolean,
  context: Readonly<Record<string, unknown>> = {},
): { app: App; stack: PaymentStack } {
  const app = new App({ context: { ...context } });
  const setting = (name: string): string | undefined => app.node.tryGetContext(name);
  const publicUrl = setting('publicUrl');
  const authorities = setting('authorities');
  const stack = new PaymentStack(app, STACK, {
    alipayGateway: setting('alipayGateway') ?? 'https://openapi.alipay.com/gateway.do',
    ...(publicUrl && { publicUrl }),
    ...(authorities && { authorities }),
    statementDelayMinutes: Number(setting('statementDelayMinutes') ?? 30),
    disposable: String(setting('disposable')) === 'true',
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
  Validations.of(app).addPlugins(new ServerlessChecks(app));
  Validations.of(stack).acknowledge(...ACKNOWLEDGED);
  app.synth();
}
