import { join } from 'node:path';
import { type Duration, RemovalPolicy } from 'aws-cdk-lib';
import { PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { Architecture, type CfnFunction, Code, LoggingFormat, Runtime } from 'aws-cdk-lib/aws-lambda';
import { NodejsFunction, OutputFormat } from 'aws-cdk-lib/aws-lambda-nodejs';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import type { Grant } from './grants.ts';
import type { Tables } from './tables.ts';

const ROOT = join(import.meta.dirname, '..');

export interface PaymentFunctionProps {
  /** The handler's file below `functions/`. */
  readonly entry: string;
  readonly grant: Grant;
  readonly tables: Tables;
  readonly secretArn: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeout: Duration;
  readonly disposable: boolean;
  /** False: only the template is wanted, and nothing is built. */
  readonly bundle: boolean;
}

/**
 * A Lambda as this house makes them: arm64, Node 24, one minified ES module per endpoint, a log group of its own that
 * forgets after three months, and a role that may do what its row in grants.ts says and nothing else.
 */
export class PaymentFunction extends Construct {
  readonly function: NodejsFunction;

  constructor(scope: Construct, id: string, props: PaymentFunctionProps) {
    super(scope, id);
    const { entry, grant, tables, secretArn, environment, timeout, disposable, bundle } = props;
    const logGroup = new LogGroup(this, 'Log', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    const role = new Role(this, 'Role', { assumedBy: new ServicePrincipal('lambda.amazonaws.com') });
    logGroup.grantWrite(role);
    allow(role, grant, tables, secretArn);

    this.function = new NodejsFunction(this, 'Function', {
      entry: join(ROOT, 'functions', entry),
      projectRoot: ROOT,
      depsLockFilePath: join(ROOT, 'package-lock.json'),
      architecture: Architecture.ARM_64,
      runtime: Runtime.NODEJS_24_X,
      // CPU comes with memory: below this a cold start and an RSA signature take visibly longer at the till.
      memorySize: 512,
      timeout,
      role,
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      environment: { ...environment },
      ...(!bundle && { code: Code.fromInline('// imported from its entry'), handler: 'index.handler' }),
      bundling: {
        format: OutputFormat.ESM,
        target: 'node24',
        minify: true,
        // The SDK that was tested is the one that runs, whatever the runtime brings along.
        bundleAwsSDK: true,
        mainFields: ['module', 'main'],
        // CommonJS parts of dependencies ask for `require`; the long name cannot collide with theirs.
        banner:
          "import { createRequire as tillgateCreateRequire } from 'node:module'; const require = tillgateCreateRequire(import.meta.url);",
      },
    });
    // The local stack imports the handler from here.
    (this.function.node.defaultChild as CfnFunction).addMetadata('tillgate:entry', `functions/${entry}`);
  }
}

function allow(role: Role, grant: Grant, tables: Tables, secretArn: string): void {
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
  if (grant.channel)
    role.addToPolicy(new PolicyStatement({ actions: ['secretsmanager:GetSecretValue'], resources: [secretArn] }));
}
