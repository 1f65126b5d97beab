import { CfnOutput, Duration, Stack, type StackProps } from 'aws-cdk-lib';
import type { Construct } from 'constructs';
import { CHANNELS, type ChannelId } from '../functions/channel/registry.ts';
import type { ChannelEntry } from '../functions/channel/traits.ts';
import { contract, type OperationName } from '../functions/contract/contract.ts';
import { ChannelSecrets, constructIdOf } from './channel-secrets.ts';
import type { grants } from './grants.ts';
import { PaymentApi } from './payment-api.ts';
import { PaymentFunction } from './payment-function.ts';
import { StaticSite } from './static-site.ts';
import { SweepSchedule } from './sweep-schedule.ts';
import { DirectoryTable, OrdersTable, StatementsTable } from './tables.ts';
import { Watch } from './watch.ts';

export interface PaymentStackProps extends StackProps {
  /** Where each channel's gateway is. */
  readonly gateways: Readonly<Record<ChannelId, string>>;
  /** The address that the world knows the API by; the API's own endpoint if absent. */
  readonly publicUrl?: string;
  /** Host names beside that one under which requests may be signed. */
  readonly authorities?: string;
  /** Origins whose pages may call the API from a browser. */
  readonly webOrigins: readonly string[];
  /** With it the screens are served at `webOrigins`; without it the stack has none. */
  readonly siteCertificateArn?: string;
  /** How long after the end of a business day its statement is sealed. */
  readonly statementDelayMinutes: number;
  /** Partitions of the due index. More at any time, never less. */
  readonly dueShards: number;
  /** Partitions of the index of due statements. More at any time, never less. */
  readonly statementShards: number;
  /** Schedules that share both, each with an invocation of its own every minute. */
  readonly sweepGroups: number;
  /** Orders that one of them visits in a second at the most. */
  readonly sweepPerSecond: number;
  /** Of the sweep, whose CPU comes with it: 1,769 MB are one processor. */
  readonly sweepMemoryMb: number;
  /** What the API takes of all callers together; AWS has a quota, too. */
  readonly requestsPerSecond: number;
  /** A sandbox: everything goes with the stack. */
  readonly disposable: boolean;
  /** False: only the template is wanted, and no function is built. */
  readonly bundle: boolean;
}

/** The whole system, wired. What each part is, its own file says. */
export class PaymentStack extends Stack {
  constructor(scope: Construct, id: string, props: PaymentStackProps) {
    super(scope, id, props);
    const { disposable, bundle } = props;
    const tables = {
      orders: new OrdersTable(this, 'Orders', { disposable }),
      directory: new DirectoryTable(this, 'Directory', { disposable }),
      statements: new StatementsTable(this, 'Statements', { disposable }),
    };
    const channels = Object.entries(CHANNELS) as [ChannelId, ChannelEntry][];
    const secrets = new ChannelSecrets(this, 'Secrets', { disposable });
    const { webOrigins, requestsPerSecond } = props;
    const api = new PaymentApi(this, 'Http', { disposable, webOrigins, requestsPerSecond });
    const environment = {
      ORDERS_TABLE: tables.orders.table.tableName,
      DIRECTORY_TABLE: tables.directory.table.tableName,
      STATEMENTS_TABLE: tables.statements.table.tableName,
      ...Object.fromEntries(
        channels.flatMap(([id, { secret, gatewayEnv }]) => [
          [secret.env, secrets.arns[id]],
          [gatewayEnv, props.gateways[id]],
        ]),
      ),
      PUBLIC_URL: props.publicUrl ?? api.url,
      DUE_SHARDS: String(props.dueShards),
      STATEMENT_SHARDS: String(props.statementShards),
      SWEEP_PER_SECOND: String(props.sweepPerSecond),
      STATEMENT_DELAY_MINUTES: String(props.statementDelayMinutes),
      ...(props.authorities && { AUTHORITIES: props.authorities }),
    };
    const make = (name: keyof typeof grants, entry: string, timeout: Duration, memoryMb = 512) =>
      new PaymentFunction(this, `${name[0]?.toUpperCase()}${name.slice(1)}`, {
        name,
        entry,
        tables,
        secretArns: secrets.arns,
        environment,
        timeout,
        memoryMb,
        disposable,
        bundle,
      }).function;

    const operations = (Object.keys(contract) as OperationName[]).map((name) => {
      // Longer than an invocation allows itself, shorter than a client waits.
      const handler = make(name, contract[name].entry, Duration.seconds(14));
      api.addRoute(name, handler);
      return handler;
    });
    const sweep = make('sweep', 'jobs/sweep.ts', Duration.seconds(60), props.sweepMemoryMb);
    new SweepSchedule(this, 'Schedule', { sweep, groups: props.sweepGroups });
    new Watch(this, 'Watch', { operations, sweep });

    if (props.siteCertificateArn) {
      const site = new StaticSite(this, 'Site', {
        origins: props.webOrigins,
        certificateArn: props.siteCertificateArn,
        apiUrl: props.publicUrl ? new URL(props.publicUrl).origin : api.url,
        disposable,
      });
      new CfnOutput(this, 'SiteBucketName', { value: site.bucket.bucketName });
      new CfnOutput(this, 'SiteDistributionId', { value: site.distribution.distributionId });
      new CfnOutput(this, 'SiteDomainName', { value: site.distribution.distributionDomainName });
    }
    new CfnOutput(this, 'ApiUrl', { value: api.url });
    for (const [id] of channels) {
      new CfnOutput(this, `${constructIdOf(id)}SecretArn`, { value: secrets.arns[id] });
      new CfnOutput(this, `${constructIdOf(id)}GatewayUrl`, { value: props.gateways[id] });
    }
    new CfnOutput(this, 'OrdersTableName', { value: tables.orders.table.tableName });
    new CfnOutput(this, 'DirectoryTableName', { value: tables.directory.table.tableName });
    new CfnOutput(this, 'StatementsTableName', { value: tables.statements.table.tableName });
    new CfnOutput(this, 'SweepFunctionName', { value: sweep.functionName });
  }
}
