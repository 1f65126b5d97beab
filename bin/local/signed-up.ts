/** Which accounts are signed up with the app: at Alipay a form does that, here `npm run admin -- channel connect`. */
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, ScanCommand } from '@aws-sdk/lib-dynamodb';
import type { Merchant } from '../../functions/merchant/merchant.ts';

/** Whether a merchant of the local stack has this account. It reads the whole directory, which is small here. */
export async function hasAccount(directoryTable: string, appId: string, sellerId: string): Promise<boolean> {
  const client = DynamoDBDocumentClient.from(new DynamoDBClient({}));
  try {
    const { Items = [] } = await client.send(new ScanCommand({ TableName: directoryTable, ConsistentRead: true }));
    const accounts = Items.flatMap(({ accounts = [] }: Partial<Merchant>) => accounts);
    return accounts.some(
      (account) => account.channel === 'alipay' && account.appId === appId && account.sellerId === sellerId,
    );
  } finally {
    client.destroy();
  }
}
