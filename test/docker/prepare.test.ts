import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
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
    const publicFile = join(config, 'recovery-public.pem');
    const publicHalf = await readFile(publicFile, 'utf8');
    // As when the first start ended between the two halves.
    await rm(publicFile);
    await prepare();
    expect(await readFile(file, 'utf8')).toBe(made);
    expect(await readFile(publicFile, 'utf8')).toBe(publicHalf);

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

  it('makes nothing in AWS itself, and says what has to be there', async () => {
    const folder = await scratch();
    const env = {
      ...process.env,
      ...{
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        BACKUP_S3_BUCKET: `bucket-${randomUUID()}`,
      },
      // The server as AWS itself: asked without an endpoint of the product's.
      AWS_ENDPOINT_URL: moto.url,
    };
    const args = [entry, join(folder, 'config'), join(folder, 'recovery')];
    const refused = promisify(execFile)(process.execPath, args, { env });
    await expect(refused).rejects.toMatchObject({ stderr: expect.stringMatching(/bucket-.* make it first/) });
    expect(await readdir(join(folder, 'config'))).toEqual([]);
  });
});
