/** In place of functions/sdk.ts in the bundles that are measured as *before*: the same exports over the client by hand. */
import type { AwsPlace } from '../../../functions/sdk.ts';
import { type AwsCall, awsCaller } from './aws.ts';

const callerAt = (service: 'dynamodb' | 'secretsmanager', place: AwsPlace): AwsCall =>
  awsCaller({ ...place, service, timeoutMs: 1_000, tries: 3, credentials: () => place.credentials });

export const dynamoClient = (place: AwsPlace): AwsCall => callerAt('dynamodb', place);

export const documentsOf = (call: AwsCall): AwsCall => call;

export function secretText(place: AwsPlace): (arn: string | undefined) => Promise<string> {
  const call = callerAt('secretsmanager', place);
  return async (arn) => String((await call('GetSecretValue', { SecretId: arn })).SecretString ?? '');
}
