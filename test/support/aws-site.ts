import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CreateBucketCommand, ListMultipartUploadsCommand, S3Client } from '@aws-sdk/client-s3';
import { connectS3 } from '../../stores/objects/s3-connection.ts';
import { sweepS3Uploads } from '../../stores/objects/s3-sweep.ts';
import { createS3Store } from '../../stores/objects/s3.ts';
import { newKmsKey } from './kms-key.ts';
import type { MotoServer } from './moto-server.ts';

/** A bucket, a working key and tenants' keys on a server, and the configuration that uses them. */
export async function awsSite(moto: MotoServer, tenantIds: readonly string[]) {
  const { url: endpoint, credentials } = moto;
  const region = 'us-east-1';
  const bucket = `bucket-${randomUUID()}`;
  const s3 = new S3Client({ region, endpoint, credentials, forcePathStyle: true });
  await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const kms = new KMSClient({ region, endpoint, credentials });
  for (const tenantId of tenantIds) {
    for (const purpose of ['signing', 'encryption']) {
      const how =
        purpose === 'signing' ? ({ KeyUsage: 'SIGN_VERIFY', KeySpec: 'ECC_NIST_P256' } as const) : {};
      const { KeyMetadata: made } = await kms.send(new CreateKeyCommand(how));
      const alias = { AliasName: `alias/tenant/${tenantId}/${purpose}`, TargetKeyId: made?.KeyId };
      await kms.send(new CreateAliasCommand(alias));
    }
  }
  kms.destroy();
  const connection = { bucket, prefix: 'backups/', region, endpoint, pathStyle: true };
  const settings = { storageClass: 'STANDARD', objectLockDays: 0, sseKmsKeyId: null } as const;
  return {
    changes: {
      store: { kind: 's3', s3: connection },
      keys: { kind: 'kms', kmsKeyArn: await newKmsKey(moto), kmsEndpoint: endpoint },
      sources: { kms: { kind: 'aws', region, endpoint } },
    },
    /** Copies all objects into a folder, as every tool can. */
    copyTo: async (folder: string): Promise<readonly string[]> => {
      const store = createS3Store({ ...connection, ...settings, credentials });
      const keys: string[] = [];
      for await (const { key } of store.list('')) {
        await mkdir(dirname(join(folder, key)), { recursive: true });
        await writeFile(join(folder, key), await store.get(key));
        keys.push(key);
      }
      store.close();
      return keys;
    },
    /** Keys of the uploads in parts that have not ended. */
    unfinished: async (): Promise<readonly string[]> => {
      const { Uploads = [] } = await s3.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
      return Uploads.map(({ Key = '' }) => Key);
    },
    /** As a process that starts at this time does. */
    sweepParts: (now: number): Promise<void> =>
      sweepS3Uploads(connectS3({ ...connection, ...settings, credentials }), now),
  };
}
