import { readFile, rename, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { text } from 'node:stream/consumers';
import { expect, it } from '@jest/globals';
import { runCli } from '../../cli/run-cli.ts';
import { openLocalKeyRing } from '../../stores/keys/local.ts';
import { openWithRecoveryKey } from '../../stores/keys/recovery-key.ts';
import { scratchFolders } from '../support/scratch.ts';

const scratch = scratchFolders();

it('makes the keys that everything is sealed for, replaces none, and another pair for the same keyring', async () => {
  const folder = await scratch();
  const files = { keyring: join(folder, 'keyring.json'), recoveryPublicKey: join(folder, 'public.pem') };
  const env = {
    BACKUP_KEYS_FILE: files.keyring,
    BACKUP_KEYS_RECOVERY_PUBLIC_KEY: files.recoveryPublicKey,
    BACKUP_RECOVERY_PASSPHRASE: 'a long one',
  };
  const create = async (file: string) => {
    const said: string[] = [];
    const say = (line: string) => void said.push(line);
    const cli = { env, workingDirectory: folder, out: say, err: say };
    const code = await runCli(['recovery-key', 'create', join(folder, file), '--json'], cli, '1.2.3');
    return { code, said: said.join('\n') };
  };
  const first = await create('private.pem');
  expect(first.code).toBe(0);
  expect(JSON.parse(first.said)).toMatchObject({ ...files, recoveryPrivateKey: join(folder, 'private.pem') });
  for (const file of [files.keyring, join(folder, 'private.pem')]) {
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  }
  const keyring = await readFile(files.keyring, 'utf8');
  const context = { backupId: '01KAVQ0000000000000000000A', path: 'a', ordinal: 0 };
  const sealed = (await openLocalKeyRing(files)).seal(Readable.from([Buffer.from('plain')]), context);
  const recovery = openWithRecoveryKey(await readFile(join(folder, 'private.pem'), 'utf8'), 'a long one');
  expect(await text(recovery.open(sealed, context))).toBe('plain');

  expect(await create('another.pem')).toMatchObject({
    code: 1,
    said: expect.stringContaining(`${files.recoveryPublicKey} cannot be made`) as unknown,
  });
  await rename(files.recoveryPublicKey, join(folder, 'old-public.pem'));
  expect((await create('another.pem')).code).toBe(0);
  expect(await readFile(files.keyring, 'utf8')).toBe(keyring);
});
