import { createPublicKey } from 'node:crypto';
import { access, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateBucketCommand, HeadBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { CreateAliasCommand, CreateKeyCommand, DescribeKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { CodedError, errorText } from '../errors/coded-error.ts';
import { writeNewFile } from '../stores/keys/private-file.ts';
import { createRecoveryKeyPair } from '../stores/keys/recovery-key.ts';

/**
 * Makes what docker-compose.yml needs and does not find: the bucket, the working key in KMS, the recovery key; and writes
 * the configuration that names the working key. In AWS itself (no endpoints) nothing is made: bucket and key must be there.
 * Arguments: folder of the configuration, folder of the private half.
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
  const standIn = 'endpoint' in endpointOf('BACKUP_S3_ENDPOINT');
  await s3.send(new HeadBucketCommand({ Bucket: bucket })).catch(async (error: unknown) => {
    if (!standIn)
      throw missing(`bucket ${bucket} in ${region} cannot be used (${nameOf(error)}): make it first`);
    await s3.send(new CreateBucketCommand({ Bucket: bucket }));
  });
  s3.destroy();
}

function missing(what: string): CodedError {
  return new CodedError('configuration-invalid', what);
}

function nameOf(error: unknown): string {
  return error instanceof Error ? error.name : String(error);
}

async function workingKey(): Promise<string> {
  const named = process.env['BACKUP_KEYS_KMS_KEY_ARN'] ?? '';
  if (named !== '') return named;
  if (!('endpoint' in endpointOf('BACKUP_KEYS_KMS_ENDPOINT'))) {
    throw missing('no working key: set KMS_KEY_ARN to the ARN of a KMS key');
  }
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
  const known = await readFile(privateFile, 'utf8').catch(() => undefined);
  if (known !== undefined) {
    // An earlier start ended between the two, or the configuration is new: backups may be sealed for it.
    const publicPem = createPublicKey(known).export({ type: 'spki', format: 'pem' }).toString();
    await writeNewFile(publicFile, publicPem, 0o644);
    return;
  }
  const pair = await createRecoveryKeyPair();
  await writeNewFile(privateFile, pair.privatePem, 0o600);
  await writeNewFile(publicFile, pair.publicPem, 0o644);
}

async function prepare(): Promise<string> {
  for (const folder of [configFolder, recoveryFolder]) await mkdir(folder, { recursive: true });
  const bucket = process.env['BACKUP_S3_BUCKET'] ?? '';
  await makeBucket(bucket);
  const kmsKeyArn = await workingKey();
  const recoveryPublicKey = 'recovery-public.pem';
  await makeRecoveryKey(join(configFolder, recoveryPublicKey), join(recoveryFolder, 'recovery-private.pem'));
  const configuration = { keys: { kmsKeyArn, recoveryPublicKey } };
  await writeFile(
    join(configFolder, 'configuration.json'),
    `${JSON.stringify(configuration, undefined, 2)}\n`,
  );
  return `bucket ${bucket}, working key ${kmsKeyArn}`;
}

try {
  process.stdout.write(`${await prepare()}\n`);
} catch (error) {
  process.stderr.write(`error: ${errorText(error)}\n`);
  process.exitCode = 1;
}
