import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { copyFile, readFile, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { makeSampleLedger } from '../../app/quickstart/sample-ledger.ts';
import { loadConfiguration } from '../../config/load-configuration.ts';
import type { ManifestObject } from '../../model/manifest.ts';
import { awsSite } from '../support/aws-site.ts';
import { motoMissing, motoPython, type MotoServer, startMotoServer } from '../support/moto-server.ts';
import { overlapping } from '../support/overlap.ts';
import { patience } from '../support/scheduler-api.ts';
import { schedulerSites } from '../support/scheduler.ts';
import { scratchFolders } from '../support/scratch.ts';
import {
  startTigerbeetle,
  tigerbeetleBinary,
  type TigerbeetleServer,
} from '../support/tigerbeetle-server.ts';
import { until } from '../support/until.ts';

const python = motoPython();
if (python === undefined) console.warn(motoMissing);
const site = schedulerSites();
const scratch = scratchFolders();
const servers: TigerbeetleServer[] = [];
// After the processes that use them have ended.
afterAll(async () => {
  for (const server of servers) await server.stop();
});
const repository = resolve(import.meta.dirname, '../../..');

/** What the stand-alone script opens in an empty folder that holds it, the SDK and the private recovery key. */
async function opened(store: string, backup: string, privateKey: string) {
  const folder = await scratch();
  await copyFile(join(repository, 'docs', 'open-backup.mjs'), join(folder, 'open-backup.mjs'));
  await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'));
  const args = ['open-backup.mjs', store, backup, privateKey, 'opened'];
  await promisify(execFile)(process.execPath, args, { cwd: folder, env: {} });
  const manifest = JSON.parse(await readFile(join(folder, 'opened', 'manifest.json'), 'utf8')) as {
    readonly objects: readonly ManifestObject[];
  };
  return manifest.objects.map((object) => ({ object, file: join(folder, 'opened', object.path) }));
}

async function rowsOf(file: string): Promise<number> {
  const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
  const [row] = (await duckdb.runAndReadAll(`SELECT count(*)::INT FROM read_parquet('${file}')`)).getRows();
  return Number(row?.[0]);
}

/** A TigerBeetle server where there is one, else the Redis ledger. */
async function ledgerSource() {
  const binary = tigerbeetleBinary();
  if (binary === undefined) return { kind: 'redis', addresses: '', clusterId: '0' } as const;
  const server = await startTigerbeetle(binary);
  servers.push(server);
  return { kind: 'tigerbeetle', addresses: server.address, clusterId: '0' } as const;
}

(python === undefined ? describe.skip : describe)('full scheduler workflow on S3 and KMS', () => {
  let moto: MotoServer;
  beforeAll(async () => {
    moto = await startMotoServer(python ?? '');
    process.env['AWS_ACCESS_KEY_ID'] = 'test';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'test';
  });
  afterAll(() => moto.stop());

  it('backs up every type on schedule and on demand, and the recovery key alone opens all of it', async () => {
    const { run, tenantIds, folder, redis } = await site();
    const { changes: aws, copyTo } = await awsSite(moto, tenantIds);
    const tigerbeetle = await ledgerSource();
    const changes = {
      ...{ ...aws, sources: { ...aws.sources, tigerbeetle } },
      schedules: [
        { name: 'kms-keys', enabled: true },
        { name: 'tigerbeetle-logs', every: 'PT6H' },
      ],
    };
    const read = loadConfiguration({ file: folder.configuration, environment: {} });
    const ledger = { ...read, sources: { ...read.sources, tigerbeetle } };
    await makeSampleLedger(ledger);
    const { api } = await run(['start'], changes);
    await api.ready();
    await until(
      'every schedule has completed',
      async () => {
        const backups = await api.history();
        const done = backups.filter(({ status }) => status === 'completed').map(({ schedule }) => schedule);
        return new Set(done).size >= 6;
      },
      patience,
    );
    for (const body of [
      { backupType: 'tigerbeetle', backupScope: 'full' },
      { backupType: 'tigerbeetle', backupScope: 'incremental' },
      { backupType: 'duckdb', backupScope: 'full' },
      { backupType: 'parquet' },
      { backupType: 'kms', tenantId: tenantIds[0] },
    ]) {
      expect(await api.reaches(await api.trigger(body), 'completed')).toMatchObject(body);
    }
    const history = await api.history();
    expect(history.filter(({ status }) => status === 'completed')).toHaveLength(history.length);
    expect(await overlapping(api)).toEqual([]);

    const store = await scratch();
    const keys = await copyTo(store);
    const manifests = keys.filter((key) => /^[a-z]+\/[0-9A-Z]{26}\/manifest\.json$/.test(key));
    expect(manifests).toHaveLength(history.length);
    for (const manifest of manifests) {
      const objects = await opened(store, manifest.replace('/manifest.json', ''), folder.recoveryPrivateKey);
      for (const { object, file } of objects) {
        if (!object.path.includes('parquet')) continue;
        expect(await rowsOf(file)).toBe(object.rows);
      }
    }
    const tables = history.find(({ backupType }) => backupType === 'duckdb');
    expect(tables?.backupLocation).toMatch(/^s3:\/\/bucket-/);

    const to = `${redis.url}/restored`;
    const args = [
      'restore',
      'tigerbeetle',
      '--to',
      to,
      '--recovery-key',
      folder.recoveryPrivateKey,
      '--json',
    ];
    const restore = await run(args, changes);
    if (restore.child.exitCode === null) await once(restore.child, 'exit');
    expect(restore.child.exitCode).toBe(0);
    expect(await restore.output()).toContain('"accounts":40,"transfers":1000');
  }, 400_000);

  it('tells which guarantees the bucket keeps', async () => {
    const { run } = await site();
    const { changes } = await awsSite(moto, []);
    const check = await run(['store', 'check'], changes);
    if (check.child.exitCode === null) await once(check.child, 'exit');
    expect(check.child.exitCode).toBe(0);
    expect(await check.output()).toContain('never overwrites an object');
    expect(await check.output()).not.toContain('lacks');
  }, 120_000);

  it('refuses to start on a bucket that does not exist, and says so', async () => {
    const { run } = await site();
    const { changes } = await awsSite(moto, []);
    const s3 = { ...changes.store.s3, bucket: 'nowhere' };
    const started = await run(['control-plane'], { ...changes, store: { ...changes.store, s3 } });
    if (started.child.exitCode === null) await once(started.child, 'exit');
    expect(started.child.exitCode).toBe(1);
    const said = await started.output();
    expect(said).toContain('there is no such bucket');
    expect(said).not.toMatch(/^\s+at /m);
  }, 120_000);
});
