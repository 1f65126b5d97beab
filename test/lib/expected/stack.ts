/** The whole template as it must be, by resource: what the rows of the other files make together. */
import { alarms } from './alarms.ts';
import { FUNCTIONS, RIGHTS } from './functions.ts';
import { api, route, schedule } from './http.ts';
import { kept, tables } from './tables.ts';

/** What a deployment may choose, as the template has it. */
export interface Chosen {
  readonly sandbox: boolean;
  readonly origins: readonly string[];
  readonly requestsPerSecond: number;
  readonly groups: number;
  /** Of the sweep. */
  readonly megabytes: number;
  /** Variables of every function that differ from `ENVIRONMENT`, or come to it. */
  readonly environment: Readonly<Record<string, string>>;
}

export const USUAL: Chosen = {
  sandbox: false,
  origins: [],
  requestsPerSecond: 1_000,
  groups: 1,
  megabytes: 512,
  environment: {},
};

/** Of every function: each is told all places, and may go only where its rights let it. */
const ENVIRONMENT: Readonly<Record<string, string>> = {
  ORDERS_TABLE: '<OrdersTable>',
  DIRECTORY_TABLE: '<DirectoryTable>',
  STATEMENTS_TABLE: '<StatementsTable>',
  ALIPAY_SECRET_ARN: '<SecretsAlipay>',
  ALIPAY_GATEWAY_URL: 'https://openapi.alipay.com/gateway.do',
  ANTOM_SECRET_ARN: '<SecretsAntom>',
  ANTOM_GATEWAY_URL: 'https://open-sea-global.alipay.com',
  PUBLIC_URL: '<HttpApi.ApiEndpoint>',
  DUE_SHARDS: '16',
  STATEMENT_SHARDS: '16',
  SWEEP_PER_SECOND: '80',
  STATEMENT_DELAY_MINUTES: '30',
};

export const OUTPUTS: Readonly<Record<string, { Value: string }>> = {
  ApiUrl: { Value: '<HttpApi.ApiEndpoint>' },
  AlipaySecretArn: { Value: '<SecretsAlipay>' },
  AlipayGatewayUrl: { Value: 'https://openapi.alipay.com/gateway.do' },
  AntomSecretArn: { Value: '<SecretsAntom>' },
  AntomGatewayUrl: { Value: 'https://open-sea-global.alipay.com' },
  OrdersTableName: { Value: '<OrdersTable>' },
  DirectoryTableName: { Value: '<DirectoryTable>' },
  StatementsTableName: { Value: '<StatementsTable>' },
  SweepFunctionName: { Value: '<SweepFunction>' },
};

/** All that belongs to one function: itself, its log, its role with its rights, its route. */
export function partsOf(name: string, { sandbox, megabytes, environment }: Chosen = USUAL): Record<string, unknown> {
  const deployed = FUNCTIONS[name];
  if (!deployed) throw new Error(`there is no function ${name}`);
  return {
    [`${name}Log`]: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 90 }, ...kept(sandbox) },
    [`${name}Role`]: {
      Type: 'AWS::IAM::Role',
      Properties: {
        AssumeRolePolicyDocument: {
          Statement: [{ Action: 'sts:AssumeRole', Effect: 'Allow', Principal: { Service: 'lambda.amazonaws.com' } }],
          Version: '2012-10-17',
        },
      },
    },
    [`${name}RoleDefaultPolicy`]: {
      Type: 'AWS::IAM::Policy',
      Properties: {
        PolicyDocument: { Version: '2012-10-17', rights: rightsOf(name) },
        PolicyName: `<${name}RoleDefaultPolicy>`,
        Roles: [`<${name}Role>`],
      },
    },
    [`${name}Function`]: {
      Type: 'AWS::Lambda::Function',
      Properties: {
        Architectures: ['arm64'],
        Code: { ZipFile: '// imported from its entry' },
        Environment: { Variables: { ...ENVIRONMENT, ...environment } },
        Handler: 'index.handler',
        LoggingConfig: { LogFormat: 'JSON', LogGroup: `<${name}Log>` },
        MemorySize: name === 'Sweep' ? megabytes : deployed.megabytes,
        Role: `<${name}Role.Arn>`,
        Runtime: 'nodejs24.x',
        Timeout: deployed.seconds,
      },
      DependsOn: [`<${name}RoleDefaultPolicy>`, `<${name}Role>`],
      Metadata: { 'tillgate:entry': deployed.entry },
    },
    ...(deployed.route !== undefined && route(name, deployed.route)),
  };
}

function rightsOf(name: string): string[] {
  const log = ['logs:CreateLogStream', 'logs:PutLogEvents'].map((action) => `${action} on <${name}Log.Arn>`);
  return [...(RIGHTS[name] ?? []), ...log].map((right) => `Allow ${right}`).sort();
}

export function resources(chosen: Chosen = USUAL): Record<string, unknown> {
  return Object.assign(
    { ...tables(chosen.sandbox), ...api(chosen), ...schedule(chosen.groups), ...alarms() },
    ...Object.keys(FUNCTIONS).map((name) => partsOf(name, chosen)),
  );
}
