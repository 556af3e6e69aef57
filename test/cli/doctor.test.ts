import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { createRecoveryKeyPair } from '../../stores/keys/recovery-key.ts';
import { cliSites } from '../support/cli-site.ts';
import { testRedisUrl } from '../support/redis.ts';
import { scratchFolders } from '../support/scratch.ts';

const site = cliSites(scratchFolders());
interface Diagnosis {
  readonly check: string;
  readonly state: string;
}

/** A machine on which all is well but Redis, at whose address nobody listens. */
async function machine(changes: Record<string, unknown> = {}) {
  const { folder, run: cli } = await site({
    redis: { url: 'redis://127.0.0.1:1' },
    sources: { parquet: { folder: './archive' } },
    ...changes,
  });
  await mkdir(join(folder, 'archive'));
  const run = (...args: readonly string[]) => cli('doctor', ...args);
  const states = async () => {
    const found = JSON.parse((await run('--json')).out) as Diagnosis[];
    return Object.fromEntries(found.map(({ check, state }) => [check, state]));
  };
  return { folder, run, states };
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
  const { states, folder } = await machine({ sources: { duckdb: { file: './nowhere.duckdb' } } });
  await writeFile(join(folder, 'keyring.json'), 'lost', { mode: 0o600 });
  expect(await states()).toMatchObject({
    ...{ keys: 'fail', 'recovery key': 'fail', 'source duckdb': 'fail', store: 'ok', scratch: 'ok' },
  });
});

it('records that the private half of the recovery key works, and believes no other key', async () => {
  const { run, states, folder } = await machine();
  const other = join(folder, 'other.pem');
  await writeFile(other, (await createRecoveryKeyPair({ bits: 3072 })).privatePem);
  const refused = await run('--confirm-recovery-key', other);
  expect(refused).toMatchObject({ code: 2, err: expect.stringContaining('another pair') });
  expect(await states()).toMatchObject({ 'recovery key': 'warn' });
  expect(await run('--confirm-recovery-key', join(folder, 'private.pem'))).toMatchObject({ code: 0 });
  expect(await states()).toMatchObject({ 'recovery key': 'ok' });
  const recorded = await readFile(join(folder, 'recovery.pem.confirmed.json'), 'utf8');
  expect(Object.keys(JSON.parse(recorded) as object)).toEqual(['keyId', 'confirmedAt']);
});
