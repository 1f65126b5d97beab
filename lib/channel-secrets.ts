import { RemovalPolicy } from 'aws-cdk-lib';
import { Secret } from 'aws-cdk-lib/aws-secretsmanager';
import { Construct } from 'constructs';

/**
 * Where the channel's keys are kept. The stack only makes the place: an operator puts the keys there (docs/alipay-account.md),
 * so that they are in no template, no environment and no repository. Until then no order is signed.
 */
export class ChannelSecrets extends Construct {
  readonly alipay: Secret;

  constructor(scope: Construct, id: string, props: { readonly disposable: boolean }) {
    super(scope, id);
    this.alipay = new Secret(this, 'Alipay', {
      description: 'Alipay: {"apps": {"<app id>": {"privateKeyPem", "alipayPublicKeyPems": []}}}',
      removalPolicy: props.disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
  }
}
