import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { runCli } from '../../cli/run-cli.ts';
import { createLocalKeyRing } from '../../stores/keys/local.ts';
import { createRecoveryKeyPair } from '../../stores/keys/recovery-key.ts';
import { testRedisUrl } from '../support/redis.ts';
import { scratchFolders } from '../support/scratch.ts';

const scratch = scratchFolders();
interface Diagnosis {
  readonly check: string;
  readonly state: string;
}

/** A machine on which all is well but Redis, at whose address nobody listens. */
async function machine(change: Record<string, unknown> = {}) {
  const folder = await scratch();
  const files = {
    keyring: join(folder, 'keyring.json'),
    recoveryPublicKey: join(folder, 'recovery.pem'),
    recoveryPrivateKey: join(folder, 'private.pem'),
  };
  await createLocalKeyRing(files, { bits: 3072 });
  await mkdir(join(folder, 'archive'));
  const settings = {
    redis: { url: 'redis://127.0.0.1:1' },
    store: { folder: './store' },
    keys: { file: './keyring.json', recoveryPublicKey: './recovery.pem' },
    scratch: { folder: './scratch' },
    sources: { parquet: { folder: './archive' } },
    ...change,
  };
  const config = join(folder, 'configuration.json');
  await writeFile(config, JSON.stringify(settings));
  const run = async (...args: readonly string[]) => {
    const out: string[] = [];
    const err: string[] = [];
    const cli = {
      env: {},
      workingDirectory: folder,
      out: (text: string) => void out.push(text),
      err: (text: string) => void err.push(text),
    };
    const code = await runCli(['--config', config, 'doctor', ...args], cli, '1.2.3');
    return { code, out: out.join('\n'), err: err.join('\n') };
  };
  const states = async () => {
    const found = JSON.parse((await run('--json')).out) as Diagnosis[];
    return Object.fromEntries(found.map(({ check, state }) => [check, state]));
  };
  return { folder, files, run, states };
}

it('says of each thing whether it can be relied on, and fails when one cannot', async () => {
  const { run, states } = await machine();
  expect(await states()).toEqual({
    ...{ redis: 'fail', store: 'ok', keys: 'ok', 'recovery key': 'warn', 'source parquet': 'ok' },
    scratch: 'ok',
  });
  const { code, err } = await run();
  expect({ code, err }).toMatchObject({ code: 1, err: expect.stringContaining('redis must be put right') });
});

it('asks a Redis that answers', async () => {
  const { states } = await machine({ redis: { url: testRedisUrl() } });
  expect(['ok', 'warn']).toContain((await states())['redis']);
});

it('names sources that cannot be read and keys that cannot be opened', async () => {
  const { states, files } = await machine({ sources: { duckdb: { file: './nowhere.duckdb' } } });
  await writeFile(files.keyring, 'lost', { mode: 0o600 });
  expect(await states()).toMatchObject({
    ...{ keys: 'fail', 'recovery key': 'fail', 'source duckdb': 'fail', store: 'ok', scratch: 'ok' },
  });
});

it('records that the private half of the recovery key works, and believes no other key', async () => {
  const { run, states, files, folder } = await machine();
  const other = join(folder, 'other.pem');
  await writeFile(other, (await createRecoveryKeyPair({ bits: 3072 })).privatePem);
  const refused = await run('--confirm-recovery-key', other);
  expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('another pair') });
  expect(await states()).toMatchObject({ 'recovery key': 'warn' });
  expect(await run('--confirm-recovery-key', files.recoveryPrivateKey)).toMatchObject({ code: 0 });
  expect(await states()).toMatchObject({ 'recovery key': 'ok' });
  const recorded = await readFile(`${files.recoveryPublicKey}.confirmed.json`, 'utf8');
  expect(Object.keys(JSON.parse(recorded) as object)).toEqual(['keyId', 'confirmedAt']);
});
