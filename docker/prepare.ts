import { access, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateAliasCommand, CreateKeyCommand, DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { writeNewFile } from '../stores/keys/private-file.ts';
import { createRecoveryKeyPair } from '../stores/keys/recovery-key.ts';

/**
 * Makes what docker-compose.yml needs and does not find: the bucket, the working key in KMS, the recovery key; and writes
 * the configuration that names the working key. Arguments: folder of the configuration, folder of the private half.
 */
const [configFolder = '/config', recoveryFolder = '/recovery'] = process.argv.slice(2);
const region = process.env['BACKUP_S3_REGION'] ?? 'us-east-1';
const alias = 'alias/backup-scheduler';

const endpointOf = (variable: string): { endpoint?: string } => {
  const endpoint = process.env[variable] ?? '';
  return endpoint === '' ? {} : { endpoint };
};

async function makeBucket(bucket: string): Promise<void> {
  const s3 = new S3Client({ region, forcePathStyle: true, ...endpointOf('BACKUP_S3_ENDPOINT') });
  const there = await s3.send(new HeadBucketCommand({ Bucket: bucket })).then(
    () => true,
    () => false,
  );
  if (!there) await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  s3.destroy();
}

async function workingKey(): Promise<string> {
  const kms = new KMSClient({ region, ...endpointOf('BACKUP_KEYS_KMS_ENDPOINT') });
  const known = await kms.send(new DescribeKeyCommand({ KeyId: alias })).catch((error: unknown) => {
    if (error instanceof Error && error.name === 'NotFoundException') return undefined;
    throw error;
  });
  let metadata = known?.KeyMetadata;
  if (metadata === undefined) {
    metadata = (await kms.send(new CreateKeyCommand({ Description: 'seals backups' }))).KeyMetadata;
    await kms.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: metadata?.KeyId }));
  }
  kms.destroy();
  if (metadata?.Arn === undefined) throw new Error('KMS names no key');
  return metadata.Arn;
}

async function makeRecoveryKey(publicFile: string, privateFile: string): Promise<void> {
  const there = await access(publicFile).then(
    () => true,
    () => false,
  );
  if (there) return;
  const pair = await createRecoveryKeyPair();
  await writeNewFile(privateFile, pair.privatePem, 0o600);
  await writeNewFile(publicFile, pair.publicPem, 0o644);
}

for (const folder of [configFolder, recoveryFolder]) await mkdir(folder, { recursive: true });
const bucket = process.env['BACKUP_S3_BUCKET'] ?? '';
await makeBucket(bucket);
await makeRecoveryKey(
  join(configFolder, 'recovery-public.pem'),
  join(recoveryFolder, 'recovery-private.pem'),
);
const configuration = { keys: { kmsKeyArn: await workingKey(), recoveryPublicKey: 'recovery-public.pem' } };
await writeFile(join(configFolder, 'configuration.json'), `${JSON.stringify(configuration, undefined, 2)}\n`);
process.stdout.write(`bucket ${bucket}, working key ${configuration.keys.kmsKeyArn}\n`);
