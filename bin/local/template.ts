/** Reads what the local stack needs from the CloudFormation template: it serves what stands there and nothing else. */

interface Resource {
  readonly Type: string;
  readonly Properties: Readonly<Record<string, unknown>>;
  readonly Metadata?: Readonly<Record<string, unknown>>;
}

/** What the template of a local stack is made with. */
export interface TemplateSettings {
  readonly alipayGateway: string;
  readonly antomGateway: string;
  readonly authorities: string;
}

export interface LocalFunction {
  readonly name: string;
  /** The handler's module, relative to the repository. */
  readonly entry: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly timeoutMs: number;
  readonly memoryMb: number;
}

export interface Route {
  readonly method: string;
  /** `/v1/orders/{orderId}` */
  readonly path: string;
  readonly handler: LocalFunction;
}

export interface LocalTable {
  readonly name: string;
  /** The input of CreateTable. */
  readonly input: Readonly<Record<string, unknown>>;
}

export interface LocalSchedule {
  readonly everyMs: number;
  readonly handler: LocalFunction;
  /** The event that the handler gets. */
  readonly event: unknown;
}

/** Which pages may call from a browser; header names as they are compared, in lower case. */
export interface Cors {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly exposed: readonly string[];
  readonly maxAgeSeconds: number;
}

export interface LocalTemplate {
  /** Absent: the API answers no browser but its own pages. */
  readonly cors?: Cors;
  readonly functions: readonly LocalFunction[];
  readonly routes: readonly Route[];
  readonly tables: readonly LocalTable[];
  readonly schedules: readonly LocalSchedule[];
}

/** What EventBridge sends if the rule does not say something else. */
const SCHEDULED = { source: 'aws.events', 'detail-type': 'Scheduled Event', detail: {} };

/** What references in the template stand for on this machine. */
export interface Places {
  /** The API's own address. */
  readonly apiUrl: string;
  secretArn(logicalId: string): string;
}

export function readTemplate(template: unknown, places: Places): LocalTemplate {
  const resources = (template as { Resources: Record<string, Resource> }).Resources;
  const of = (type: string) => Object.entries(resources).filter(([, resource]) => resource.Type === type);
  const resolve = (value: unknown): string => resolved(value, resources, places);

  const functions = new Map(of('AWS::Lambda::Function').map(([id, it]) => [id, functionOf(id, it, resolve)]));
  const functionAt = (value: unknown): LocalFunction => {
    const [id = ''] = (value as { 'Fn::GetAtt'?: string[] })['Fn::GetAtt'] ?? [];
    const found = functions.get(id);
    if (!found) throw new Error(`the template names no function at ${JSON.stringify(value)}`);
    return found;
  };
  const [, api] = of('AWS::ApiGatewayV2::Api')[0] ?? [];
  return {
    ...corsOf(api?.Properties.CorsConfiguration),
    functions: [...functions.values()],
    routes: of('AWS::ApiGatewayV2::Route').map(([, { Properties }]) => {
      const [method = '', path = ''] = String(Properties.RouteKey).split(' ');
      const integration = resources[integrationId(Properties.Target)];
      return { method, path, handler: functionAt(integration?.Properties.IntegrationUri) };
    }),
    tables: of('AWS::DynamoDB::Table').map(([id, { Properties }]) => ({ name: id, input: tableInput(id, Properties) })),
    schedules: of('AWS::Events::Rule').flatMap(([, { Properties }]) =>
      (Properties.Targets as { Arn: unknown; Input?: string }[]).map(({ Arn, Input }) => ({
        everyMs: everyMs(String(Properties.ScheduleExpression)),
        handler: functionAt(Arn),
        event: Input === undefined ? SCHEDULED : JSON.parse(Input),
      })),
    ),
  };
}

function corsOf(configuration: unknown): { cors?: Cors } {
  if (configuration === undefined) return {};
  const { AllowOrigins, AllowMethods, AllowHeaders, ExposeHeaders, MaxAge } = configuration as Record<string, unknown>;
  const words = (list: unknown) => ((list ?? []) as string[]).map(String);
  return {
    cors: {
      origins: words(AllowOrigins),
      methods: words(AllowMethods),
      headers: words(AllowHeaders).map((name) => name.toLowerCase()),
      exposed: words(ExposeHeaders),
      maxAgeSeconds: Number(MaxAge ?? 0),
    },
  };
}

function functionOf(
  id: string,
  { Properties, Metadata }: Resource,
  resolve: (value: unknown) => string,
): LocalFunction {
  const { Variables = {} } = (Properties.Environment ?? {}) as { Variables?: Record<string, unknown> };
  return {
    name: id,
    entry: String(Metadata?.['tillgate:entry']),
    environment: Object.fromEntries(Object.entries(Variables).map(([name, value]) => [name, resolve(value)])),
    timeoutMs: Number(Properties.Timeout ?? 3) * 1_000,
    memoryMb: Number(Properties.MemorySize ?? 128),
  };
}

/** `integrations/<ref>`, however CloudFormation spells it. */
function integrationId(target: unknown): string {
  const [, parts = []] = (target as { 'Fn::Join': [string, unknown[]] })['Fn::Join'];
  const reference = parts.find((part) => typeof part === 'object') as { Ref: string } | undefined;
  return reference?.Ref ?? '';
}

function resolved(value: unknown, resources: Record<string, Resource>, places: Places): string {
  if (typeof value === 'string') return value;
  const { Ref, 'Fn::GetAtt': attribute, 'Fn::Join': join } = value as Record<string, unknown>;
  if (Array.isArray(join)) return (join[1] as unknown[]).map((part) => resolved(part, resources, places)).join(join[0]);
  const id = typeof Ref === 'string' ? Ref : Array.isArray(attribute) ? String(attribute[0]) : '';
  switch (resources[id]?.Type) {
    case 'AWS::DynamoDB::Table':
      return id;
    case 'AWS::SecretsManager::Secret':
      return places.secretArn(id);
    case 'AWS::ApiGatewayV2::Api':
      return places.apiUrl;
    default:
      throw new Error(`the local stack does not know what ${JSON.stringify(value)} stands for`);
  }
}

function tableInput(name: string, properties: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const { KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, BillingMode } = properties;
  return { TableName: name, KeySchema, AttributeDefinitions, GlobalSecondaryIndexes, BillingMode };
}

function everyMs(expression: string): number {
  const [, count, unit = ''] = /^rate\((\d+) (minute|hour)s?\)$/.exec(expression) ?? [];
  const ms = { minute: 60_000, hour: 3_600_000 }[unit];
  if (!ms) throw new Error(`the local stack does not know the schedule ${expression}`);
  return Number(count) * ms;
}
