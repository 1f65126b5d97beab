import { join } from 'node:path';
import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type CfnFunction, Code, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { ChannelId } from '../functions/channel/registry.ts';
import { aliasesOf, BUNDLE, BUNDLING, indexOf } from './bundling.ts';
import { type Grant, grants } from './grants.ts';
import type { Tables } from './tables.ts';

const ROOT = join(import.meta.dirname, '..');

export interface PaymentFunctionProps {
  readonly name: keyof typeof grants;
  /** The handler's file below `functions/`. */
  readonly entry: string;
  readonly tables: Tables;
  /** Of each channel's keys. */
  readonly secretArns: Readonly<Record<ChannelId, string>>;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeout: Duration;
  /** CPU comes with memory: below 512 a cold start and an RSA signature take visibly longer at the till. */
  readonly memoryMb: number;
  readonly disposable: boolean;
  /** False: only the template is wanted, and nothing is built. */
  readonly bundle: boolean;
}

/**
 * A Lambda as this house makes them: arm64, Node 24, one minified bundle per endpoint that warms up before its first event, a log group of its own that
 * forgets after three months, and a role that may do what its row in grants.ts says and nothing else.
 */
export class PaymentFunction extends Construct {
  readonly function: NodejsFunction;

  constructor(scope: Construct, id: string, props: PaymentFunctionProps) {
    super(scope, id);
    const { name, entry, tables, secretArns, environment, timeout, memoryMb, disposable, bundle } = props;
    const logGroup = new LogGroup(this, 'Log', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    allow(role, grants[name], tables, secretArns);

    this.function = new NodejsFunction(this, 'Function', {
      entry: join(ROOT, 'functions', entry),
      projectRoot: ROOT,
      depsLockFilePath: join(ROOT, 'package-lock.json'),
      architecture: Architecture.ARM_64,
      runtime: Runtime.NODEJS_24_X,
      memorySize: memoryMb,
      timeout,
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      environment: { ...environment },
      ...(!bundle && { code: Code.fromInline('// imported from its entry'), handler: 'index.handler' }),
      bundling: {
        ...BUNDLING,
        mainFields: [...BUNDLING.mainFields],
        format: OutputFormat.CJS,
        bundleAwsSDK: true,
        // Of the construct's own options `charset` goes nowhere.
        esbuildArgs: {
          '--charset': BUNDLING.charset,
          '--alias': Object.entries(aliasesOf(name)).map(([name, path]) => `${name}=${path}`),
        },
        commandHooks: {
          beforeBundling: () => [],
          beforeInstall: () => [],
          afterBundling: (_, folder) => [
            `mv "${folder}/index.js" "${folder}/${BUNDLE}"`,
            `printf '%s\\n' ${indexOf(name)
              .map((line) => `'${line}'`)
              .join(' ')} > "${folder}/index.mjs"`,
          ],
        },
      },
    });
    // The local stack imports the handler from here.
    (this.function.node.defaultChild as CfnFunction).addMetadata('tillgate:entry', `functions/${entry}`);
  }
}

function allow(role: Role, grant: Grant, tables: Tables, secretArns: PaymentFunctionProps['secretArns']): void {
  for (const [name, { table, shape }] of Object.entries(tables)) {
    const { actions = [], query = [], writes = [] } = grant[name as keyof Tables] ?? {};
    const unknown = query.find((index) => !shape.indexes[index]);
    if (unknown) throw new Error(`${name} has no index ${unknown}`);
    if (actions.length > 0)
      role.addToPolicy(
        new PolicyStatement({ actions: actions.map((action) => `dynamodb:${action}`), resources: [table.tableArn] }),
      );
    if (writes.length > 0)
      role.addToPolicy(
        new PolicyStatement({
          actions: ['dynamodb:PutItem'],
          resources: [table.tableArn],
          conditions: { 'ForAllValues:StringLike': { 'dynamodb:LeadingKeys': [...writes] } },
        }),
      );
    if (query.length > 0)
      role.addToPolicy(
        new PolicyStatement({
          actions: ['dynamodb:Query'],
          resources: query.map((index) => `${table.tableArn}/index/${index}`),
        }),
      );
  }
  const secrets = (grant.channels ?? []).map((channel) => secretArns[channel]);
  if (secrets.length > 0)
    role.addToPolicy(new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: secrets }));
}
