import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readFile, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openVault } from '../../app/wiring/vault.ts';
import { loadConfiguration } from '../../config/load-configuration.ts';
import { openWithRecoveryKey } from '../../stores/keys/recovery-key.ts';
import { motoMissing, motoPython, type MotoServer, startMotoServer } from '../support/moto-server.ts';
import { scratchFolders } from '../support/scratch.ts';

const python = motoPython();
if (python === undefined) console.warn(motoMissing);
const scratch = scratchFolders();
const entry = resolve(import.meta.dirname, '../../docker/prepare.js');
const context = { backupId: '01KAVQ0000000000000000000A', path: 'kms/a/1/key', ordinal: 0 };

(python === undefined ? describe.skip : describe)('the preparation of docker-compose.yml', () => {
  let moto: MotoServer;
  beforeAll(async () => {
    moto = await startMotoServer(python ?? '');
  });
  afterAll(() => moto.stop());

  it('makes bucket, working key and recovery key once, and a configuration that works', async () => {
    const folder = await scratch();
    const [config, recovery] = [join(folder, 'config'), join(folder, 'recovery')];
    const environment = {
      ...{ BACKUP_S3_BUCKET: `bucket-${randomUUID()}`, BACKUP_S3_ENDPOINT: moto.url },
      ...{ BACKUP_KEYS_KMS_ENDPOINT: moto.url, BACKUP_KEYS_KIND: 'kms', BACKUP_STORE_KIND: 's3' },
      BACKUP_S3_PATH_STYLE: 'true',
    };
    const credentials = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
    const env = { ...process.env, ...environment, ...credentials };
    const prepare = () => promisify(execFile)(process.execPath, [entry, config, recovery], { env });
    await prepare();
    const file = join(config, 'configuration.json');
    const made = await readFile(file, 'utf8');
    await prepare();
    expect(await readFile(file, 'utf8')).toBe(made);

    const privateFile = join(recovery, 'recovery-private.pem');
    expect((await stat(privateFile)).mode & 0o777).toBe(0o600);
    Object.assign(process.env, credentials);
    const { keys, store } = await openVault(loadConfiguration({ file, environment }));
    const sealed = await buffer(keys.seal(Readable.from([Buffer.from('ledger')]), context));
    await store.put('x', sealed);
    const recovered = openWithRecoveryKey(await readFile(privateFile, 'utf8')).open(
      await store.get('x'),
      context,
    );
    expect((await buffer(recovered)).toString()).toBe('ledger');
    expect((await buffer(keys.open(await store.get('x'), context))).toString()).toBe('ledger');
  });
});
