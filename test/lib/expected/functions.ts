/** What each function is deployed as, and all that its role may do beside writing its own log. Written by hand, and read by no code that is deployed. */

interface Deployed {
  readonly entry: string;
  /** Undefined: it is called by the schedule. */
  readonly route: string | undefined;
  readonly seconds: number;
  readonly megabytes: number;
}

const of = (entry: string, route: string | undefined, seconds: number, megabytes: number): Deployed => ({
  entry: `functions/${entry}`,
  route,
  seconds,
  megabytes,
});

/** An API function ends before a client stops waiting, which is after 15 s. */
export const FUNCTIONS: Readonly<Record<string, Deployed>> = {
  CreateOrder: of('api/create-order.ts', 'POST /v1/orders', 14, 512),
  CreateQrCode: of('api/create-qr-code.ts', 'POST /v1/orders/{orderId}/qr-code', 14, 512),
  PayWithTillCode: of('api/pay-with-till-code.ts', 'POST /v1/orders/{orderId}/till-code-payment', 14, 512),
  GetOrder: of('api/get-order.ts', 'GET /v1/orders/{orderId}', 14, 512),
  ListOrders: of('api/list-orders.ts', 'GET /v1/orders', 14, 512),
  CloseOrder: of('api/close-order.ts', 'POST /v1/orders/{orderId}/close', 14, 512),
  CreateRefund: of('api/create-refund.ts', 'POST /v1/orders/{orderId}/refunds', 14, 512),
  GetRefund: of('api/get-refund.ts', 'GET /v1/orders/{orderId}/refunds/{refundNo}', 14, 512),
  ListChannels: of('api/list-channels.ts', 'GET /v1/channels', 14, 512),
  GetMerchant: of('api/get-merchant.ts', 'GET /v1/merchant', 14, 512),
  ListStatements: of('api/list-statements.ts', 'GET /v1/statements', 14, 512),
  GetStatement: of('api/get-statement.ts', 'GET /v1/statements/{statementId}', 14, 512),
  ListStatementLines: of('api/list-statement-lines.ts', 'GET /v1/statements/{statementId}/lines', 14, 512),
  ListStatementTotals: of('api/list-statement-totals.ts', 'GET /v1/statements/{statementId}/totals', 14, 512),
  ListReconciliations: of('api/list-reconciliations.ts', 'GET /v1/reconciliations', 14, 512),
  GetTotals: of('api/get-totals.ts', 'GET /v1/totals', 14, 512),
  EnrolTerminal: of('api/enrol-terminal.ts', 'POST /v1/terminals/enrolment', 14, 512),
  RotateKey: of('api/rotate-key.ts', 'POST /v1/terminals/self/keys', 14, 512),
  ListTerminals: of('api/list-terminals.ts', 'GET /v1/terminals', 14, 512),
  CloseShift: of('api/close-shift.ts', 'POST /v1/shifts', 14, 512),
  ListShifts: of('api/list-shifts.ts', 'GET /v1/shifts', 14, 512),
  GetShift: of('api/get-shift.ts', 'GET /v1/shifts/{shiftNo}', 14, 512),
  AlipayNotification: of('notifications/alipay.ts', 'POST /v1/notifications/alipay', 14, 512),
  AntomNotification: of('notifications/antom.ts', 'POST /v1/notifications/antom', 14, 512),
  Sweep: of('jobs/sweep.ts', undefined, 60, 512),
};

const KEYS_OF_CHANNELS = [
  'secretsmanager:GetSecretValue on <SecretsAlipay>',
  'secretsmanager:GetSecretValue on <SecretsAntom>',
];

export const RIGHTS: Readonly<Record<string, readonly string[]>> = {
  CreateOrder: [
    'dynamodb:GetItem on <OrdersTable.Arn>',
    'dynamodb:PutItem on <OrdersTable.Arn>',
    'dynamodb:GetItem on <DirectoryTable.Arn>',
    'dynamodb:PutItem on <DirectoryTable.Arn> for keys cnt_*',
    ...KEYS_OF_CHANNELS,
  ],
  CreateQrCode: [
    'dynamodb:GetItem on <OrdersTable.Arn>',
    'dynamodb:PutItem on <OrdersTable.Arn>',
    'dynamodb:GetItem on <DirectoryTable.Arn>',
    'dynamodb:PutItem on <DirectoryTable.Arn> for keys cnt_*',
    ...KEYS_OF_CHANNELS,
  ],
  PayWithTillCode: [
    'dynamodb:GetItem on <OrdersTable.Arn>',
    'dynamodb:PutItem on <OrdersTable.Arn>',
    'dynamodb:GetItem on <DirectoryTable.Arn>',
    'dynamodb:PutItem on <DirectoryTable.Arn> for keys cnt_*',
    ...KEYS_OF_CHANNELS,
  ],
  GetOrder: [
    'dynamodb:GetItem on <OrdersTable.Arn>',
    'dynamodb:PutItem on <OrdersTable.Arn>',
    'dynamodb:GetItem on <DirectoryTable.Arn>',
    'dynamodb:PutItem on <DirectoryTable.Arn> for keys cnt_*',
    ...KEYS_OF_CHANNELS,
  ],
  ListOrders: [
    'dynamodb:GetItem on <OrdersTable.Arn>',
    'dynamodb:BatchGetItem on <OrdersTable.Arn>',
    'dynamodb:Query on <OrdersTable.Arn>/index/by-day',
    'dynamodb:Query on <OrdersTable.Arn>/index/unposted',
    'dynamodb:GetItem on <DirectoryTable.Arn>',
    'dynamodb:GetItem on <StatementsTable.Arn>',
    'dynamodb:BatchGetItem on <StatementsTable.Arn>',
    ...KEYS_OF_CHANNELS,
  ],
  CloseOrder: [
    'dynamodb:GetItem on <OrdersTable.Arn>',
    'dynamodb:PutItem on <OrdersTable.Arn>',
    'dynamodb:GetItem on <DirectoryTable.Arn>',
    'dynamodb:PutItem on <DirectoryTable.Arn> for keys cnt_*',
    ...KEYS_OF_CHANNELS,
  ],
  CreateRefund: [
    'dynamodb:GetItem on <OrdersTable.Arn>',
    'dynamodb:PutItem on <OrdersTable.Arn>',
    'dynamodb:GetItem on <DirectoryTable.Arn>',
    'dynamodb:PutItem on <DirectoryTable.Arn> for keys cnt_*',
    ...KEYS_OF_CHANNELS,
  ],
  GetRefund: [
    'dynamodb:GetItem on <OrdersTable.Arn>',
    'dynamodb:PutItem on <OrdersTable.Arn>',
    'dynamodb:GetItem on <DirectoryTable.Arn>',
    'dynamodb:PutItem on <DirectoryTable.Arn> for keys cnt_*',
    ...KEYS_OF_CHANNELS,
  ],
  ListChannels: ['dynamodb:GetItem on <DirectoryTable.Arn>'],
  GetMerchant: ['dynamodb:GetItem on <DirectoryTable.Arn>'],
  ListStatements: [
    'dynamodb:GetItem on <DirectoryTable.Arn>',
    'dynamodb:BatchGetItem on <StatementsTable.Arn>',
    'dynamodb:Query on <StatementsTable.Arn>/index/by-merchant',
  ],
  GetStatement: [
    'dynamodb:GetItem on <DirectoryTable.Arn>',
    'dynamodb:GetItem on <StatementsTable.Arn>',
    'dynamodb:BatchGetItem on <StatementsTable.Arn>',
  ],
  ListStatementLines: ['dynamodb:GetItem on <DirectoryTable.Arn>', 'dynamodb:GetItem on <StatementsTable.Arn>'],
  ListStatementTotals: [
    'dynamodb:GetItem on <DirectoryTable.Arn>',
    'dynamodb:GetItem on <StatementsTable.Arn>',
    'dynamodb:BatchGetItem on <StatementsTable.Arn>',
  ],
  ListReconciliations: [
    'dynamodb:GetItem on <DirectoryTable.Arn>',
    'dynamodb:GetItem on <StatementsTable.Arn>',
    'dynamodb:BatchGetItem on <StatementsTable.Arn>',
  ],
  GetTotals: [
    'dynamodb:BatchGetItem on <OrdersTable.Arn>',
    'dynamodb:Query on <OrdersTable.Arn>/index/unposted',
    'dynamodb:GetItem on <DirectoryTable.Arn>',
    'dynamodb:GetItem on <StatementsTable.Arn>',
    'dynamodb:BatchGetItem on <StatementsTable.Arn>',
  ],
  EnrolTerminal: [
    'dynamodb:GetItem on <DirectoryTable.Arn>',
    'dynamodb:PutItem on <DirectoryTable.Arn> for keys act_* trm_*',
  ],
  RotateKey: ['dynamodb:GetItem on <DirectoryTable.Arn>', 'dynamodb:PutItem on <DirectoryTable.Arn> for keys trm_*'],
  ListTerminals: [
    'dynamodb:GetItem on <DirectoryTable.Arn>',
    'dynamodb:BatchGetItem on <DirectoryTable.Arn>',
    'dynamodb:Query on <DirectoryTable.Arn>/index/by-merchant',
  ],
  CloseShift: [
    'dynamodb:BatchGetItem on <OrdersTable.Arn>',
    'dynamodb:Query on <OrdersTable.Arn>/index/unposted',
    'dynamodb:GetItem on <DirectoryTable.Arn>',
    'dynamodb:PutItem on <DirectoryTable.Arn> for keys cnt_*',
    'dynamodb:GetItem on <StatementsTable.Arn>',
    'dynamodb:BatchGetItem on <StatementsTable.Arn>',
    'dynamodb:PutItem on <StatementsTable.Arn> for keys shf_* shh_* shn_*',
  ],
  ListShifts: [
    'dynamodb:GetItem on <DirectoryTable.Arn>',
    'dynamodb:GetItem on <StatementsTable.Arn>',
    'dynamodb:BatchGetItem on <StatementsTable.Arn>',
  ],
  GetShift: ['dynamodb:GetItem on <DirectoryTable.Arn>', 'dynamodb:GetItem on <StatementsTable.Arn>'],
  AlipayNotification: [
    'dynamodb:GetItem on <OrdersTable.Arn>',
    'dynamodb:PutItem on <OrdersTable.Arn>',
    'dynamodb:GetItem on <DirectoryTable.Arn>',
    'secretsmanager:GetSecretValue on <SecretsAlipay>',
  ],
  AntomNotification: [
    'dynamodb:GetItem on <OrdersTable.Arn>',
    'dynamodb:PutItem on <OrdersTable.Arn>',
    'dynamodb:GetItem on <DirectoryTable.Arn>',
    'secretsmanager:GetSecretValue on <SecretsAntom>',
  ],
  Sweep: [
    'dynamodb:GetItem on <OrdersTable.Arn>',
    'dynamodb:BatchGetItem on <OrdersTable.Arn>',
    'dynamodb:PutItem on <OrdersTable.Arn>',
    'dynamodb:Query on <OrdersTable.Arn>/index/due',
    'dynamodb:Query on <OrdersTable.Arn>/index/unposted',
    'dynamodb:GetItem on <DirectoryTable.Arn>',
    'dynamodb:PutItem on <DirectoryTable.Arn> for keys cnt_*',
    'dynamodb:GetItem on <StatementsTable.Arn>',
    'dynamodb:BatchGetItem on <StatementsTable.Arn>',
    'dynamodb:PutItem on <StatementsTable.Arn>',
    'dynamodb:Query on <StatementsTable.Arn>/index/due',
    ...KEYS_OF_CHANNELS,
  ],
};

/** Rights that no story uses, and why they are there all the same. */
export const UNUSED: Readonly<Record<string, string>> = {
  'AntomNotification dynamodb:GetItem DirectoryTable':
    'It reads the merchant to give money back that came after the end, which Antom itself gives back in all our stories.',
};
