import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { CodedError } from '../../errors/coded-error.ts';
import { testApis } from '../support/api.ts';
import {
  sampleAdmission,
  sampleHeartbeat,
  sampleOrder,
  sampleRecord,
  sampleSchedule,
} from '../support/backups.ts';
import { commandLines } from '../support/command-lines.ts';
import { scratchFolders } from '../support/scratch.ts';

const serve = testApis();
const scratch = scratchFolders();
const run = commandLines();
const id = sampleRecord().id;

/** An API in which a schedule, a backup and a worker are to be seen. */
function busy() {
  return serve({
    routes: {
      backupSchedule: () =>
        Promise.resolve({ enabled: true, lockScope: 'global', schedules: [sampleSchedule()] }),
      backupHistory: () => Promise.resolve({ items: [sampleRecord()], nextCursor: null }),
    },
    metadata: {
      get: () => Promise.resolve(sampleRecord()),
      events: () =>
        Promise.resolve([
          { kind: 'requested', at: '2026-01-01T00:00:00.000Z', order: sampleOrder() },
          {
            kind: 'refused',
            at: '2026-01-01T00:00:00.000Z',
            order: sampleOrder(),
            error: { code: 'backup-already-running', message: 'wait' },
          },
        ]),
    },
    heartbeats: { readHeartbeats: () => Promise.resolve([sampleHeartbeat()]) },
  });
}

describe('the command line', () => {
  it.each([
    [['status'], /health: ok[^]*duckdb-full/, 'schedules'],
    [['schedule'], /duckdb-full {2}PT24H/, 'schedules'],
    [['history', '--type', 'duckdb'], new RegExp(`${id} {2}duckdb {2}full`), 'backupType'],
    [['show', id], /backupSizeBytes +2048/, 'backupSizeBytes'],
    [['events', id], /requested +by ops[^]*backup-already-running: wait/, 'order'],
    [['workers'], /here:2/, 'busyWith'],
    [['trigger', 'duckdb', '--scope', 'full'], /dispatched/, 'backupId'],
    [['routes', 'list'], /trigger-backup-api/, 'steps'],
    [['routes', 'draw'], /^flowchart LR/, 'mermaid'],
    [['config', 'show'], /"prefix": "backup-scheduler"/, 'redis'],
    [['config', 'check'], /can be used/, 'ok'],
  ])('prints %j for people, and as JSON', async (args, text, member) => {
    const api = await busy();
    const shown = await run(args, api);
    expect(shown).toMatchObject({ code: 0, out: expect.stringMatching(text) as unknown, err: '' });
    const { out } = await run([...args, '--json'], api);
    const parsed = JSON.parse(out) as object;
    expect(Array.isArray(parsed) ? parsed[0] : parsed).toHaveProperty(member);
  });

  it('shows how every command is used, with examples', async () => {
    const help = await run(['--help']);
    expect(help).toMatchObject({ code: 0, out: expect.stringContaining('Exit codes') as unknown });
    for (const name of ['trigger', 'history', 'status', 'workers', 'show', 'events', 'schedule']) {
      expect((await run([name, '--help'])).out).toMatch(/Example/);
    }
    expect((await run(['--version'])).out).toBe('1.2.3');
  });

  it.each([
    [[], ''],
    [['nonsense'], 'unknown command'],
    [['trigger', 'mysql'], 'Allowed choices are tigerbeetle, duckdb, parquet, kms'],
    [['history', '--limit'], 'argument missing'],
    [['keys', 'create', 'x'], '--role'],
    [['status', '--url', 'ftp://x', '--key', 'k'], 'no http or https address'],
  ])('ends %j with 2 and says what is wrong with it', async (args, text) => {
    const { code, err } = await run(args);
    expect(code).toBe(2);
    expect(err).toContain(text);
  });

  it('tells the health also where the schedules cannot be asked for', async () => {
    const away = new CodedError('redis-unavailable', 'Redis is away');
    const api = await serve({ routes: { backupSchedule: () => Promise.reject(away) } });
    expect(await run(['status'], api)).toMatchObject({
      code: 1,
      out: expect.stringMatching(/^health: /) as unknown,
      err: expect.stringContaining('Redis is away') as unknown,
    });
  });

  it('ends with 1 and the code of the error when something fails', async () => {
    const busyType = new CodedError('backup-already-running', `duckdb runs: ${id}`);
    const api = await serve({ routes: { triggerBackup: () => Promise.reject(busyType) } });
    expect(await run(['trigger', 'duckdb'], api)).toMatchObject({
      code: 1,
      out: '',
      err: `error (backup-already-running): duckdb runs: ${id}`,
    });
    expect(await run(['status', '--key', 'wrong'], api)).toMatchObject({ code: 1 });
    const nobody = await run(['status', '--url', 'http://127.0.0.1:9', '--key', 'k']);
    expect(nobody).toMatchObject({
      code: 1,
      err: expect.stringMatching(/^error \(api-unreachable\)/) as unknown,
    });
    expect((await run(['status'])).err).toMatch(/API key is needed/);
    expect((await run(['status', '--key', 'ключ'], api)).err).toMatch(
      /^error \(unauthorized\).*copy it again/,
    );
    expect((await run(['config', 'check'], undefined, { BACKUP_API_PORT: 'x' })).err).toMatch(
      /configuration-invalid/,
    );
  });

  it.each([
    [
      { BACKUP_VERIFICATIONS: '[{"name":"x","level":1,"of":"all","cron":"bad"}]' },
      'verifications.x.cron: "bad"',
    ],
    [
      { TIGERBEETLE_ADDRESS: '127.0.0.1:3000', TIGERBEETLE_CLUSTER_ID: 'abc' },
      'sources.tigerbeetle.clusterId',
    ],
    [
      {
        BACKUP_RESTORES_TIGERBEETLE_ADDRESSES: '127.0.0.1:3000',
        BACKUP_RESTORES_TIGERBEETLE_CLUSTER_ID: '-1',
      },
      'restores.tigerbeetle.clusterId',
    ],
    [{ BACKUP_LEDGER_KIND: 'tigerbeetle', BACKUP_LEDGER_ADDRESSES: ' ,' }, 'ledger.addresses is empty'],
    [{ REDIS_URL: 'redis://:secret@127.0.0.1:99999' }, 'redis.url: must read redis://'],
    [{ REDIS_URL: 'redis-sentinel://:secret@one' }, 'redis.url: must read redis-sentinel://'],
  ])('refuses in a check what a start refuses: %j', async (env, names) => {
    const { code, err } = await run(['config', 'check'], undefined, env);
    expect(code).toBe(1);
    expect(err).toContain('configuration-invalid');
    expect(err).toContain(names);
    expect(err).not.toContain('secret');
  });

  it('waits for the backup that it triggered, and ends with 1 when that fails', async () => {
    const ended = sampleRecord({ status: 'failed', errorMessage: 'the disk is full' });
    let looks = 0;
    const api = await serve({
      exclusion: { admissions: () => Promise.resolve((looks += 1) < 4 ? [sampleAdmission()] : []) },
      metadata: {
        get: () => Promise.resolve(looks < 4 ? undefined : ended),
        events: () => Promise.resolve([]),
      },
    });
    const { code, out, err } = await run(['trigger', 'duckdb', '--wait', '--json'], api);
    expect(JSON.parse(out)).toMatchObject({ id, status: 'failed' });
    expect(err).toMatch(/running[^]*error \(backup-failed\): .*the disk is full/);
    expect(code).toBe(1);
  });

  it('ends with 1 when the backup that it waited for is lost', async () => {
    let looks = 0;
    const api = await serve({
      exclusion: { admissions: () => Promise.resolve((looks += 1) < 4 ? [sampleAdmission()] : []) },
    });
    const { code, err } = await run(['trigger', 'duckdb', '--wait'], api);
    expect(err).toMatch(/running[^]*error \(backup-failed\): .*was lost before it was recorded/);
    expect(code).toBe(1);
  });

  it('finds the API and the configuration that the quickstart left in the working directory', async () => {
    const api = await busy();
    const folder = await scratch();
    const configuration = join(folder, '.quickstart', 'configuration.json');
    const access = { url: api.url, adminKey: api.keys.admin, configuration };
    await mkdir(join(folder, '.quickstart'));
    await writeFile(join(folder, '.quickstart', 'access.json'), JSON.stringify(access));
    await writeFile(configuration, JSON.stringify({ redis: { prefix: 'first-steps' } }));
    expect((await run(['workers'], undefined, {}, folder)).out).toContain('here:2');
    expect(await run(['config', 'show'], undefined, {}, folder)).toMatchObject({
      code: 0,
      out: expect.stringContaining('"prefix": "first-steps"') as unknown,
      err: `no --config is given: using ${configuration}`,
    });
    const own = join(folder, 'own.json');
    await writeFile(own, '{}');
    const given = await run(['config', 'show'], undefined, { BACKUP_SCHEDULER_CONFIG: own }, folder);
    expect(given).toMatchObject({ code: 0, err: '' });
    expect(given.out).not.toContain('first-steps');
  });

  it('makes, lists and revokes keys in the file that it is given', async () => {
    const file = join(await scratch(), 'keys.json');
    const made = await run(['keys', 'create', 'grafana', '--role', 'viewer', '--keys-file', file, '--json']);
    const { key } = JSON.parse(made.out) as { key: string };
    expect(await readFile(file, 'utf8')).not.toContain(key);
    expect((await run(['keys', 'list', '--keys-file', file])).out).toMatch(/grafana {2}viewer/);
    expect((await run(['keys', 'revoke', 'grafana', '--keys-file', file])).code).toBe(0);
    expect((await run(['keys', 'revoke', 'grafana', '--keys-file', file])).code).toBe(2);
    expect((await run(['keys', 'list', '--keys-file', file, '--json'])).out).toBe('[]');
  });

  it('previews what would run by the configuration, without anything that runs', async () => {
    const until = new Date(Date.now() + 3 * 3_600_000).toISOString();
    const sources = { BACKUP_DUCKDB_FILE: 'hot.duckdb', BACKUP_PARQUET_FOLDER: 'cold' };
    const steady = await run(['schedule', 'preview', '--until', until, '--json'], undefined, sources);
    const runs = JSON.parse(steady.out) as { schedule: string; slot: string; reason: string }[];
    expect(runs.filter(({ schedule }) => schedule === 'parquet-replication')).toHaveLength(3);
    const first = await run(['schedule', 'preview', '--until', until, '--from-nothing'], undefined, sources);
    expect(first.out).toMatch(/^STARTS[^]*duckdb-full/);
    expect((await run(['schedule', 'preview', '--until', until])).out).toMatch(/nothing would run/);
    const day = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10);
    expect(await run(['schedule', 'preview', '--until', day])).toMatchObject({ code: 0 });
    const year = new Date().getUTCFullYear();
    const noDay = Date.parse(`${year}-02-28`) > Date.now() ? `${year}-02-30` : `${year + 1}-02-30`;
    for (const wrong of ['soon', '2020-01-01', '2999-01-01', noDay, `${noDay}T06:00:00Z`]) {
      expect(await run(['schedule', 'preview', '--until', wrong])).toMatchObject({ code: 2 });
    }
  });

  it.each([
    ['redis://me:secret@127.0.0.1:6379', 'redis://me:***@127.0.0.1:6379'],
    ['redis://:secret@127.0.0.1:6379/1', 'redis://:***@127.0.0.1:6379/1'],
    ['redis://127.0.0.1?password=secret&family=4', 'redis://127.0.0.1?password=***&family=4'],
    [
      'redis-sentinel://me:secret@one:1,two:2/0?sentinelMasterId=m&sentinelPassword=secret',
      'redis-sentinel://me:***@one:1,two:2/0?sentinelMasterId=m&sentinelPassword=***',
    ],
  ])('hides passwords when it shows the configuration: %s', async (url, shown) => {
    const { out } = await run(['config', 'show'], undefined, { REDIS_URL: url });
    expect(out).not.toContain('secret');
    expect(out).toContain(`"${shown}"`);
  });
});
