/** What holds data. Its ids are written down with their hashes: under another id it would be another, empty one. */

export const IDS_OF_DATA = {
  OrdersTable: 'OrdersTable1F8332C7',
  DirectoryTable: 'DirectoryTableD64E6930',
  StatementsTable: 'StatementsTable8D2CCD33',
  SecretsAlipay: 'SecretsAlipay9995D415',
  SecretsAntom: 'SecretsAntom34DC72EB',
};

type Named = readonly [name: string, type: 'S' | 'N'];

interface TableData {
  readonly key: string;
  /** Each with its partition and its sort key. */
  readonly indexes: Readonly<Record<string, readonly [Named, Named]>>;
}

const TABLES: Readonly<Record<string, TableData>> = {
  OrdersTable: {
    key: 'orderId',
    indexes: {
      due: [
        ['dueShard', 'S'],
        ['dueAt', 'N'],
      ],
      'by-day': [
        ['dayKey', 'S'],
        ['createdAt', 'N'],
      ],
      unposted: [
        ['unpostedKey', 'S'],
        ['orderId', 'S'],
      ],
    },
  },
  DirectoryTable: {
    key: 'id',
    indexes: {
      'by-merchant': [
        ['merchantId', 'S'],
        ['id', 'S'],
      ],
    },
  },
  StatementsTable: {
    key: 'id',
    indexes: {
      due: [
        ['dueShard', 'S'],
        ['dueAt', 'N'],
      ],
      'by-merchant': [
        ['merchantId', 'S'],
        ['day', 'S'],
      ],
    },
  },
};

/** Paid per request, restorable, under the account's own key; in a sandbox it goes with the stack. */
function table({ key, indexes }: TableData, sandbox: boolean) {
  const types = new Map<string, string>([[key, 'S'], ...Object.values(indexes).flat()]);
  return {
    Type: 'AWS::DynamoDB::Table',
    Properties: {
      AttributeDefinitions: [...types].map(([AttributeName, AttributeType]) => ({ AttributeName, AttributeType })),
      BillingMode: 'PAY_PER_REQUEST',
      DeletionProtectionEnabled: !sandbox,
      GlobalSecondaryIndexes: Object.entries(indexes).map(([IndexName, [[partition], [sort]]]) => ({
        IndexName,
        KeySchema: [
          { AttributeName: partition, KeyType: 'HASH' },
          { AttributeName: sort, KeyType: 'RANGE' },
        ],
        Projection: { ProjectionType: 'KEYS_ONLY' },
      })),
      KeySchema: [{ AttributeName: key, KeyType: 'HASH' }],
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
      SSESpecification: { SSEEnabled: true },
    },
    ...kept(sandbox),
  };
}

export function kept(sandbox: boolean) {
  const policy = sandbox ? 'Delete' : 'Retain';
  return { DeletionPolicy: policy, UpdateReplacePolicy: policy };
}

export const tables = (sandbox: boolean) => ({
  ...Object.fromEntries(Object.entries(TABLES).map(([name, data]) => [name, table(data, sandbox)])),
  // An operator puts the keys there: until then it holds what signs nothing.
  SecretsAlipay: {
    Type: 'AWS::SecretsManager::Secret',
    Properties: {
      Description: 'Alipay: {"apps": {"<app id>": {"privateKeyPem", "alipayPublicKeyPems": []}}}',
      GenerateSecretString: {},
    },
    ...kept(sandbox),
  },
  SecretsAntom: {
    Type: 'AWS::SecretsManager::Secret',
    Properties: {
      Description: 'Alipay+: {"clients": {"<client id>": {"privateKeyPem", "antomPublicKeyPems": []}}}',
      GenerateSecretString: {},
    },
    ...kept(sandbox),
  },
});
