import { RemovalPolicy } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';
import { CHANNELS, type ChannelId } from '../functions/channel/registry.ts';

/** What stands for a channel in the ids of constructs and outputs: `alipay` is `Alipay`. */
export const constructIdOf = (channel: string) => `${channel[0]?.toUpperCase()}${channel.slice(1)}`;

/**
 * Where each channel's keys are kept. The stack only makes the place: an operator puts the keys there (docs/alipay-account.md,
 * docs/antom-account.md), so that they are in no template, no environment and no repository. Until then no order is signed.
 */
export class ChannelSecrets extends Construct {
  readonly arns: Readonly<Record<ChannelId, string>>;

  constructor(scope: Construct, id: string, props: { readonly disposable: boolean }) {
    super(scope, id);
    const arns = Object.entries(CHANNELS).map(([channel, { name, secret }]) => {
      const { secretArn } = new Secret(this, constructIdOf(channel), {
        description: `${name.en}: ${secret.holds}`,
        removalPolicy: props.disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
      });
      return [channel, secretArn];
    });
    this.arns = Object.fromEntries(arns);
  }
}
