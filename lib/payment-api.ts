import { Duration, RemovalPolicy } from 'aws-cdk-lib';
import {
  type CfnRoute,
  CfnStage,
  CorsHttpMethod,
  type CorsPreflightOptions,
  HttpApi,
  HttpMethod,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { HttpLambdaIntegration } from 'aws-cdk-lib/aws-apigatewayv2-integrations';
import type { IFunction } from 'aws-cdk-lib/aws-lambda';
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs';
import { Construct } from 'constructs';
import { contract, type OperationName } from '../functions/contract/contract.ts';

/** What an access log line holds: who, what, how long; no query, no body, no header but the caller's address. */
const ACCESS_LOG = {
  requestId: '$context.requestId',
  time: '$context.requestTime',
  ip: '$context.identity.sourceIp',
  route: '$context.routeKey',
  status: '$context.status',
  ms: '$context.responseLatency',
  error: '$context.integrationErrorMessage',
};

/** A code is typed by a person and a key is changed once in a while: more than that in a second is a guess or a fault. */
const BY_HAND_PER_SECOND = 5;
/** The part of the API's requests that one writing route takes at the most: most requests are polls. */
const WRITE_SHARE = 0.5;

/**
 * What one writing route takes in a second, so that garbage on one does not turn away the others. In CloudFormation's own names: CDK
 * hands this map through as it is.
 */
function throttleOf(name: OperationName, ofAll: number) {
  const isByHand = name === 'enrolTerminal' || name === 'rotateKey';
  const perSecond = isByHand ? Math.min(BY_HAND_PER_SECOND, ofAll) : Math.ceil(ofAll * WRITE_SHARE);
  return {
    ThrottlingRateLimit: perSecond,
    ThrottlingBurstLimit: 2 * perSecond,
    DetailedMetricsEnabled: true,
  };
}

/** Pages of these origins, and no others, may call from a browser; they sign like everybody else, and no cookie is sent. */
function corsOf(origins: readonly string[]): CorsPreflightOptions {
  return {
    allowOrigins: [...origins],
    allowMethods: [CorsHttpMethod.GET, CorsHttpMethod.POST],
    allowHeaders: ['content-type', 'content-digest', 'signature', 'signature-input'],
    // What the client reads of an answer beside its body.
    exposeHeaders: ['date', 'idempotency-replayed', 'link', 'retry-after', 'x-request-id'],
    maxAge: Duration.hours(1),
  };
}

interface PaymentApiProps {
  readonly disposable: boolean;
  /** Origins whose pages may call, such as `https://till.example.com`; none by default. */
  readonly webOrigins: readonly string[];
  /** Of the whole API; a till polls every two seconds while a code is shown. */
  readonly requestsPerSecond: number;
}

/** The HTTP API: one route per operation of the contract, and no other. Its callers are checked by the handlers. */
export class PaymentApi extends Construct {
  readonly api: HttpApi;
  private readonly stage: CfnStage;
  private readonly throttles: Record<string, ReturnType<typeof throttleOf>> = {};
  private readonly requestsPerSecond: number;

  constructor(scope: Construct, id: string, props: PaymentApiProps) {
    super(scope, id);
    const { disposable, webOrigins } = props;
    this.requestsPerSecond = props.requestsPerSecond;
    this.api = new HttpApi(this, 'Api', {
      createDefaultStage: false,
      description: 'Tillgate',
      ...(webOrigins.length > 0 && { corsPreflight: corsOf(webOrigins) }),
    });
    const logGroup = new LogGroup(this, 'AccessLog', {
      retention: RetentionDays.THREE_MONTHS,
      removalPolicy: disposable ? RemovalPolicy.DESTROY : RemovalPolicy.RETAIN,
    });
    this.stage = new CfnStage(this, 'Stage', {
      apiId: this.api.apiId,
      stageName: '$default',
      autoDeploy: true,
      accessLogSettings: { destinationArn: logGroup.logGroupArn, format: JSON.stringify(ACCESS_LOG) },
      defaultRouteSettings: {
        throttlingRateLimit: props.requestsPerSecond,
        throttlingBurstLimit: 2 * props.requestsPerSecond,
        detailedMetricsEnabled: true,
      },
      routeSettings: this.throttles,
    });
  }

  /** `https://<id>.execute-api.<region>.<suffix>`, known before any route is there. */
  get url(): string {
    return this.api.apiEndpoint;
  }

  addRoute(name: OperationName, handler: IFunction): void {
    const { method, path } = contract[name];
    const routes = this.api.addRoutes({
      path,
      methods: [method === 'GET' ? HttpMethod.GET : HttpMethod.POST],
      integration: new HttpLambdaIntegration(`${name}Integration`, handler),
    });
    if (method === 'GET') return;
    this.throttles[`${method} ${path}`] = throttleOf(name, this.requestsPerSecond);
    // API Gateway refuses settings of a route that is not there yet.
    for (const { node } of routes) this.stage.addResourceDependency(node.defaultChild as CfnRoute);
  }
}
