import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { CreateAliasCommand, KMSClient, ReplicateKeyCommand } from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openKmsKeyRing } from '../../../stores/keys/kms.ts';
import { openWithRecoveryKey } from '../../../stores/keys/recovery-key.ts';
import { describeKeyRingContract } from '../../contracts/key-ring-contract.ts';
import { testKeys } from '../../support/key-ring.ts';
import { newKmsKey } from '../../support/kms-key.ts';
import { motoMissing, motoPython, type MotoServer, startMotoServer } from '../../support/moto-server.ts';
import { scratchFolders } from '../../support/scratch.ts';

const python = motoPython();
if (python === undefined) console.warn(motoMissing);
const scratch = scratchFolders();
const context = { backupId: '01KAVQ0000000000000000000A', path: 'kms/a/1/key', ordinal: 0 };
let moto: MotoServer;

async function ringOf(keyArn: string, endpoint = moto.url, olderKeyArns: readonly string[] = []) {
  const recoveryPublicKey = join(await scratch(), 'recovery-public.pem');
  await writeFile(recoveryPublicKey, (await testKeys()).recoveryPublicPem);
  return openKmsKeyRing({ keyArn, olderKeyArns, recoveryPublicKey, endpoint, credentials: moto.credentials });
}
const newRing = async () => ringOf(await newKmsKey(moto));
const seal = async (ring: Awaited<ReturnType<typeof ringOf>>, text: string): Promise<Buffer> =>
  buffer(ring.seal(Readable.from([Buffer.from(text)]), context));

(python === undefined ? describe.skip : describe)('with a KMS', () => {
  beforeAll(async () => {
    moto = await startMotoServer(python ?? '');
  });
  afterAll(() => moto.stop());

  describeKeyRingContract('of a KMS key', newRing, newRing);

  describe('a KMS key ring', () => {
    it('seals so that the recovery key alone opens, and KMS alone', async () => {
      const ring = await newRing();
      const sealed = await seal(ring, 'ledger');
      const recovery = openWithRecoveryKey((await testKeys()).recoveryPem);
      expect((await buffer(recovery.open(Readable.from([sealed]), context))).toString()).toBe('ledger');
      expect((await buffer(ring.open(Readable.from([sealed]), context))).toString()).toBe('ledger');
      expect(ring.keyIds).toEqual([expect.stringMatching(/^arn:aws:kms:/), ...recovery.keyIds]);
      ring.close();
    });

    it('opens in the second region, with the replica, what the primary sealed', async () => {
      const keyArn = await newKmsKey(moto, { multiRegion: true });
      const sealed = await seal(await ringOf(keyArn), 'ledger');
      const client = new KMSClient({
        region: 'us-east-1',
        endpoint: moto.url,
        credentials: moto.credentials,
      });
      const KeyId = keyArn.replace(/^.*key\//, '');
      await client.send(new ReplicateKeyCommand({ KeyId, ReplicaRegion: 'eu-west-1' }));
      const replica = await ringOf(keyArn.replace('us-east-1', 'eu-west-1'));
      expect((await buffer(replica.open(Readable.from([sealed]), context))).toString()).toBe('ledger');
    });

    it('opens with an older key what was sealed before the key was changed', async () => {
      const older = await newKmsKey(moto);
      const sealed = await seal(await ringOf(older), 'ledger');
      const changed = await ringOf(await newKmsKey(moto), moto.url, [older]);
      expect((await buffer(changed.open(Readable.from([sealed]), context))).toString()).toBe('ledger');
    });

    it('is unavailable when nobody answers, sealing and opening', async () => {
      const keyArn = await newKmsKey(moto);
      const sealed = await seal(await ringOf(keyArn), 'ledger');
      const away = await ringOf(keyArn, 'http://127.0.0.1:9');
      const unavailable = { code: 'keys-unavailable', facts: { keyArn } };
      await expect(seal(away, 'more')).rejects.toMatchObject(unavailable);
      await expect(buffer(away.open(Readable.from([sealed]), context))).rejects.toMatchObject(unavailable);
    });

    it('refuses what is not the ARN of a key, an alias too', async () => {
      const client = new KMSClient({
        region: 'us-east-1',
        endpoint: moto.url,
        credentials: moto.credentials,
      });
      const keyArn = await newKmsKey(moto);
      await client.send(new CreateAliasCommand({ AliasName: 'alias/backups', TargetKeyId: keyArn }));
      for (const wrong of ['', 'backups', 'alias/backups', keyArn.replace(/key\/.*/, 'alias/backups')]) {
        await expect(ringOf(wrong)).rejects.toMatchObject({
          code: 'configuration-invalid',
          message: expect.stringContaining('keys.kmsKeyArn'),
        });
      }
    });
  });
});
