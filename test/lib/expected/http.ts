/** The API as the world meets it, and what is kept of each request. */
import { kept } from './tables.ts';

/** Who, what, how long; no query, no body, no header. */
const ACCESS_LOG_LINE = [
  '{"requestId":"$context.requestId"',
  '"time":"$context.requestTime"',
  '"ip":"$context.identity.sourceIp"',
  '"route":"$context.routeKey"',
  '"status":"$context.status"',
  '"ms":"$context.responseLatency"',
  '"error":"$context.integrationErrorMessage"}',
].join(',');

/** For pages of these origins; without one no page may call. */
export const corsOf = (origins: readonly string[]) => ({
  AllowHeaders: ['content-type', 'content-digest', 'signature', 'signature-input'],
  AllowMethods: ['GET', 'POST'],
  AllowOrigins: origins,
  ExposeHeaders: ['date', 'idempotency-replayed', 'link', 'retry-after', 'x-request-id'],
  MaxAge: 3_600,
});

/** Routes by which callers write, or the channel tells, in CDK's order. */
const WRITES = [
  'POST /v1/notifications/alipay',
  'POST /v1/notifications/antom',
  'POST /v1/orders/{orderId}/close',
  'POST /v1/orders/{orderId}/qr-code',
  'POST /v1/orders/{orderId}/refunds',
  'POST /v1/orders/{orderId}/till-code-payment',
  'POST /v1/orders',
  'POST /v1/shifts',
];

const BY_HAND = ['POST /v1/terminals/enrolment', 'POST /v1/terminals/self/keys'];

const idOf = (key: string) => `HttpApi${key.replace(/[^A-Za-z0-9]/g, '')}`;

const throttles = (routes: readonly string[], perSecond: number) =>
  Object.fromEntries(
    routes.map((key) => [
      key,
      { DetailedMetricsEnabled: true, ThrottlingBurstLimit: 2 * perSecond, ThrottlingRateLimit: perSecond },
    ]),
  );

interface ApiSettings {
  readonly sandbox: boolean;
  readonly origins: readonly string[];
  readonly requestsPerSecond: number;
}

export const api = ({ sandbox, origins, requestsPerSecond }: ApiSettings) => ({
  HttpApi: {
    Type: 'AWS::ApiGatewayV2::Api',
    Properties: {
      ...(origins.length > 0 && { CorsConfiguration: corsOf(origins) }),
      Description: 'Tillgate',
      Name: 'Api',
      ProtocolType: 'HTTP',
    },
  },
  HttpAccessLog: { Type: 'AWS::Logs::LogGroup', Properties: { RetentionInDays: 90 }, ...kept(sandbox) },
  HttpStage: {
    Type: 'AWS::ApiGatewayV2::Stage',
    Properties: {
      AccessLogSettings: { DestinationArn: '<HttpAccessLog.Arn>', Format: ACCESS_LOG_LINE },
      ApiId: '<HttpApi>',
      AutoDeploy: true,
      DefaultRouteSettings: {
        DetailedMetricsEnabled: true,
        ThrottlingBurstLimit: 2 * requestsPerSecond,
        ThrottlingRateLimit: requestsPerSecond,
      },
      RouteSettings: {
        ...throttles(BY_HAND, 5),
        ...throttles(WRITES, requestsPerSecond / 2),
      },
      StageName: '$default',
    },
    DependsOn: [...WRITES, ...BY_HAND].map((key) => `<${idOf(key)}>`),
  },
});

/** A route of one function: whoever calls is let in and checked by the handler. */
export function route(name: string, key: string) {
  const [, path = ''] = key.split(' ');
  const id = idOf(key);
  const integration = `${id}${name[0]?.toLowerCase()}${name.slice(1)}Integration`;
  return {
    [id]: {
      Type: 'AWS::ApiGatewayV2::Route',
      Properties: {
        ApiId: '<HttpApi>',
        AuthorizationType: 'NONE',
        RouteKey: key,
        Target: `integrations/<${integration}>`,
      },
    },
    [integration]: {
      Type: 'AWS::ApiGatewayV2::Integration',
      Properties: {
        ApiId: '<HttpApi>',
        IntegrationType: 'AWS_PROXY',
        IntegrationUri: `<${name}Function.Arn>`,
        PayloadFormatVersion: '2.0',
      },
    },
    [`${integration}Permission`]: {
      Type: 'AWS::Lambda::Permission',
      Properties: {
        Action: 'lambda:InvokeFunction',
        FunctionName: `<${name}Function.Arn>`,
        Principal: 'apigateway.amazonaws.com',
        SourceArn: `arn:<AWS::Partition>:execute-api:<AWS::Region>:<AWS::AccountId>:<HttpApi>/*/*${path}`,
      },
    },
  };
}

/** Every minute, and no second try of a call that fails. `groups` share the work, side by side. */
export const schedule = (groups: number) =>
  Object.fromEntries(
    Array.from({ length: groups }, (_, group) => {
      const id = `ScheduleEveryMinute${group || ''}`;
      const Input = JSON.stringify({ group, of: groups });
      return [
        [
          id,
          {
            Type: 'AWS::Events::Rule',
            Properties: {
              ScheduleExpression: 'rate(1 minute)',
              State: 'ENABLED',
              Targets: [
                {
                  Arn: '<SweepFunction.Arn>',
                  Id: 'Target0',
                  ...(groups > 1 && { Input }),
                  RetryPolicy: { MaximumRetryAttempts: 0 },
                },
              ],
            },
          },
        ],
        [
          `${id}AllowEventRuleTillgateSweepFunction`,
          {
            Type: 'AWS::Lambda::Permission',
            Properties: {
              Action: 'lambda:InvokeFunction',
              FunctionName: '<SweepFunction.Arn>',
              Principal: 'events.amazonaws.com',
              SourceArn: `<${id}.Arn>`,
            },
          },
        ],
      ];
    }).flat(),
  );
