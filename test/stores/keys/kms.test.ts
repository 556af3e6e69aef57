import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openKmsKeyRing } from '../../../stores/keys/kms.ts';
import {
  createRecoveryKeyPair,
  openWithRecoveryKey,
  type RecoveryKeyPair,
} from '../../../stores/keys/recovery-key.ts';
import { describeKeyRingContract } from '../../contracts/key-ring-contract.ts';
import { motoMissing, motoPython, type MotoServer, startMotoServer } from '../../support/moto-server.ts';
import { scratchFolders } from '../../support/scratch.ts';

const python = motoPython();
if (python === undefined) console.warn(motoMissing);
const scratch = scratchFolders();
const context = { backupId: '01KAVQ0000000000000000000A', path: 'kms/a/1/key', ordinal: 0 };
let moto: MotoServer;
let client: KMSClient;
let pair: RecoveryKeyPair;

async function settings(keyArn?: string) {
  const recoveryPublicKey = join(await scratch(), 'recovery.pem');
  await writeFile(recoveryPublicKey, pair.publicPem);
  const made = keyArn ?? (await client.send(new CreateKeyCommand({}))).KeyMetadata?.Arn ?? '';
  return { keyArn: made, recoveryPublicKey, endpoint: moto.url, credentials: moto.credentials };
}

(python === undefined ? describe.skip : describe)('with a KMS server', () => {
  beforeAll(async () => {
    moto = await startMotoServer(python ?? '');
    client = new KMSClient({ region: 'eu-central-1', endpoint: moto.url, credentials: moto.credentials });
    pair = await createRecoveryKeyPair({ bits: 3072 });
  });
  afterAll(async () => {
    client.destroy();
    await moto.stop();
  });
  const newKeyRing = async () => openKmsKeyRing(await settings());

  describeKeyRingContract('of a KMS key', newKeyRing, newKeyRing);

  it('seals so that the recovery key opens without KMS', async () => {
    const sealed = await buffer((await newKeyRing()).seal(Readable.from([Buffer.from('ledger')]), context));
    const recovery = openWithRecoveryKey(pair.privatePem);
    expect((await buffer(recovery.open(Readable.from([sealed]), context))).toString()).toBe('ledger');
  });

  it('opens with an older key what was sealed before the key was changed', async () => {
    const old = await settings();
    const sealed = await buffer(
      (await openKmsKeyRing(old)).seal(Readable.from([Buffer.from('old')]), context),
    );
    const changed = await openKmsKeyRing({ ...(await settings()), olderKeyArns: [old.keyArn] });
    expect((await buffer(changed.open(Readable.from([sealed]), context))).toString()).toBe('old');
  });

  it('does not take a key service that fails for a damaged object', async () => {
    const options = await settings();
    const keys = await openKmsKeyRing(options);
    const sealed = await buffer(keys.seal(Readable.from([Buffer.from('x')]), context));
    const away = await openKmsKeyRing({ ...options, endpoint: 'http://127.0.0.1:1' });
    const unavailable = { code: 'keys-unavailable', message: expect.stringContaining(options.keyArn) };
    const opening = buffer(away.open(Readable.from([sealed]), context));
    await expect(opening).rejects.toMatchObject(unavailable);
    const sealing = buffer(away.seal(Readable.from([Buffer.from('x')]), context));
    await expect(sealing).rejects.toMatchObject(unavailable);
  });

  it('refuses what is no ARN of a key', async () => {
    for (const keyArn of ['alias/backups', 'arn:aws:kms:eu-central-1:111122223333:alias/backups', '']) {
      const opening = openKmsKeyRing(await settings(keyArn));
      await expect(opening).rejects.toMatchObject({ code: 'configuration-invalid' });
    }
  });
});
