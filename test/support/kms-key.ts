import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import type { MotoServer } from './moto-server.ts';

/** Makes a symmetric key in us-east-1 and returns its ARN. */
export async function newKmsKey(
  { url: endpoint, credentials }: Pick<MotoServer, 'url' | 'credentials'>,
  { multiRegion = false } = {},
): Promise<string> {
  const client = new KMSClient({ region: 'us-east-1', endpoint, credentials });
  const { KeyMetadata: made } = await client.send(new CreateKeyCommand({ MultiRegion: multiRegion }));
  client.destroy();
  if (made?.Arn === undefined) throw new Error('KMS made no key');
  return made.Arn;
}
