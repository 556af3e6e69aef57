import { chmod, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from '@jest/globals';
import { createSealingKeys, openLocalKeyRing } from '../../../stores/keys/local.ts';
import { openWithRecoveryKey } from '../../../stores/keys/recovery-key.ts';
import { describeKeyRingContract } from '../../contracts/key-ring-contract.ts';
import { scratchFolders } from '../../support/scratch.ts';

const scratch = scratchFolders();
const context = { backupId: '01KAVQ0000000000000000000A', path: 'kms/a/1/key', ordinal: 0 };

async function newKeys(): Promise<{ keyring: string; recoveryPublicKey: string; privatePem: string }> {
  const folder = await scratch();
  const files = {
    keyring: join(folder, 'keyring.json'),
    recoveryPublicKey: join(folder, 'recovery-public.pem'),
  };
  const { privatePem } = await createSealingKeys(files, { bits: 3072 });
  return { ...files, privatePem };
}
const newKeyRing = async () => openLocalKeyRing(await newKeys());
const newRecoveryRing = async () => openWithRecoveryKey((await newKeys()).privatePem);

describeKeyRingContract('of a local keyring file', newKeyRing, newKeyRing);
describeKeyRingContract('of the recovery key', newRecoveryRing, newRecoveryRing);

describe('a local keyring', () => {
  it('seals so that the recovery key alone opens, and the working key alone', async () => {
    const files = await newKeys();
    const keys = await openLocalKeyRing(files);
    const sealed = await buffer(keys.seal(Readable.from([Buffer.from('ledger')]), context));
    const recovery = openWithRecoveryKey(files.privatePem);
    expect((await buffer(recovery.open(Readable.from([sealed]), context))).toString()).toBe('ledger');
    expect((await buffer(keys.open(Readable.from([sealed]), context))).toString()).toBe('ledger');
    expect(keys.keyIds).toEqual([expect.stringMatching(/^local:/), ...recovery.keyIds]);
  });

  it('writes its files for the owner alone, and the private half where it is told', async () => {
    const folder = await scratch();
    const files = {
      keyring: join(folder, 'keyring.json'),
      recoveryPublicKey: join(folder, 'public.pem'),
      recoveryPrivateKey: join(folder, 'private.pem'),
    };
    const pair = await createSealingKeys(files, { bits: 3072, passphrase: 'correct horse' });
    expect((await stat(files.keyring)).mode & 0o777).toBe(0o600);
    expect((await stat(files.recoveryPrivateKey)).mode & 0o777).toBe(0o600);
    expect(await readFile(files.recoveryPrivateKey, 'utf8')).toBe(pair.privatePem);
    expect(openWithRecoveryKey(pair.privatePem, 'correct horse').keyIds).toEqual([pair.keyId]);
    expect(() => openWithRecoveryKey(pair.privatePem, 'wrong')).toThrow(/passphrase/);
    expect((await readdir(folder)).sort()).toEqual(['keyring.json', 'private.pem', 'public.pem']);
  });

  it('never replaces a key, and leaves nothing when it cannot be made whole', async () => {
    const files = await newKeys();
    const before = await readFile(files.keyring, 'utf8');
    await expect(createSealingKeys(files, { bits: 3072 })).rejects.toMatchObject({
      code: 'configuration-invalid',
    });
    expect(await readFile(files.keyring, 'utf8')).toBe(before);
    const folder = await scratch();
    const partly = { keyring: join(folder, 'no', 'such.json'), recoveryPublicKey: join(folder, 'p.pem') };
    await expect(createSealingKeys(partly, { bits: 3072 })).rejects.toMatchObject({
      code: 'configuration-invalid',
    });
    expect(await readdir(folder)).toEqual([]);
  });

  it('refuses a keyring that others may read', async () => {
    const files = await newKeys();
    await chmod(files.keyring, 0o640);
    await expect(openLocalKeyRing(files)).rejects.toMatchObject({
      code: 'configuration-invalid',
      message: expect.stringContaining('chmod 600'),
    });
  });

  it.each([
    '',
    '{',
    '{"format":1,"keys":[]}',
    '{"format":1,"keys":[{"id":"local:0123456789abcdef","key":"c2hvcnQ="}]}',
  ])('refuses %j as a keyring without quoting it', async (text) => {
    const files = await newKeys();
    await writeFile(files.keyring, text);
    const error: unknown = await openLocalKeyRing(files).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'configuration-invalid' });
    expect(String(error)).not.toContain('c2hvcnQ');
  });

  it('opens with an older key what was sealed before the keys were rotated', async () => {
    const files = await newKeys();
    const sealed = await buffer(
      (await openLocalKeyRing(files)).seal(Readable.from([Buffer.from('old')]), context),
    );
    const old = JSON.parse(await readFile(files.keyring, 'utf8')) as { keys: unknown[] };
    const other = JSON.parse(await readFile((await newKeys()).keyring, 'utf8')) as { keys: unknown[] };
    await writeFile(files.keyring, JSON.stringify({ format: 1, keys: [...other.keys, ...old.keys] }));
    const rotated = await openLocalKeyRing(files);
    expect((await buffer(rotated.open(Readable.from([sealed]), context))).toString()).toBe('old');
  });

  it('refuses a recovery key that is none', async () => {
    const files = await newKeys();
    await writeFile(files.recoveryPublicKey, 'not a key');
    await expect(openLocalKeyRing(files)).rejects.toMatchObject({ code: 'configuration-invalid' });
    expect(() => openWithRecoveryKey('not a key')).toThrow(/private key in PEM/);
  });
});
