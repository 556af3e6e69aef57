import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { openBackups } from '../../app/restoring/open-backups.ts';
import { loadConfiguration } from '../../config/load-configuration.ts';
import { systemClock } from '../../engine/clock.ts';
import { manifestPath } from '../../model/manifest.ts';
import { sweepLeftovers } from '../../reaping/sweep-leftovers.ts';
import { createRedisExclusion } from '../../stores/exclusion/redis.ts';
import type { BackupRecord } from '../../stores/metadata/port.ts';
import { awsSite } from '../support/aws-site.ts';
import { differencesBetween } from '../support/duckdb-compare.ts';
import { freshMachine } from '../support/fresh-machine.ts';
import { killWorker } from '../support/kill-worker.ts';
import { enlargeDuckdb } from '../support/large-duckdb.ts';
import { motoMissing, motoPython, type MotoServer, startMotoServer } from '../support/moto-server.ts';
import { filesIn, digests } from '../support/parquet-archive.ts';
import { quietLog } from '../support/real-parquet.ts';
import { patience } from '../support/scheduler-api.ts';
import { schedulerSites } from '../support/scheduler.ts';
import { expectSettled } from '../support/settled.ts';
import { scratchFolders } from '../support/scratch.ts';
import { often, until } from '../support/until.ts';

const python = motoPython();
if (python === undefined) console.warn(motoMissing);
const rounds = process.env['SOAK'] === '1' ? 20 : 1;
const site = schedulerSites();
const scratch = scratchFolders();
const types = ['duckdb', 'parquet', 'kms'] as const;
const aMonth = 30 * 24 * 3_600_000;
const retry = { initialDelay: 'PT0.2S', jitter: 0 };
const noticedSoon = {
  exclusion: { scope: 'type', lockDuration: 'PT2S' },
  housekeeping: { interval: 'PT0.2S' },
  schedules: [
    { name: 'duckdb-full', retry },
    { name: 'duckdb-incremental', enabled: false },
    { name: 'parquet-replication', after: [], retry },
    { name: 'kms-keys', enabled: true, retry },
  ],
};

const someTime = (ms: number) => () => pause(Math.random() * ms);

(python === undefined ? describe.skip : describe)('workers killed with -9 on S3 and KMS', () => {
  let moto: MotoServer;
  // Each round makes keys of the same names.
  beforeEach(async () => {
    moto = await startMotoServer(python ?? '');
    process.env['AWS_ACCESS_KEY_ID'] = 'test';
    process.env['AWS_SECRET_ACCESS_KEY'] = 'test';
  });
  afterEach(() => moto.stop());

  it.each(Array.from({ length: rounds }, (_, round) => round + 1))(
    'lose nothing, do nothing twice and claim nothing; each key alone brings all of it back (%d)',
    async () => {
      const { redis, run, tenantIds, folder } = await site();
      await enlargeDuckdb(folder.duckdb, 500_000);
      const aws = await awsSite(moto, tenantIds);
      const started = await run(['start'], { ...aws.changes, ...noticedSoon });
      const connection = new Redis(redis.url);
      const exclusion = createRedisExclusion({
        ...{ redis: connection, prefix: 'backup-scheduler', clock: systemClock },
        ...{ lockScope: 'type', lockDurationMs: 2_000 },
      });
      const { api, configuration } = started;
      await api.ready();
      const inParts = () =>
        until(
          'an object is uploaded in parts',
          async () => (await aws.unfinished()).length > 0,
          patience,
          often,
        );
      const kill = (type: (typeof types)[number], attempt: number, when: () => Promise<unknown>) =>
        killWorker(exclusion, { type, attempt }, when);
      const killed = await Promise.all([
        kill('duckdb', 1, inParts).then(async (first) => [first, await kill('duckdb', 2, someTime(500))]),
        kill('parquet', 1, someTime(400)),
        kill('kms', 1, someTime(200)),
      ]);
      expect(killed.flat()).toContain(true);
      let seen: readonly BackupRecord[] = [];
      await until(
        () => `all three are complete: ${JSON.stringify({ killed, seen })}`,
        async () => {
          seen = await api.history();
          return seen.filter(({ status }) => status === 'completed').length === 3;
        },
        patience,
      );
      connection.disconnect();

      const store = await scratch();
      await aws.copyTo(store);
      const history = await expectSettled(api, store, 'type');
      expect(history).toHaveLength(3);
      for (const { id, attempt } of history) {
        const kinds = (await api.events(id)).map(({ kind }) => kind).filter((kind) => kind !== 'requested');
        const failed = Array.from({ length: attempt - 1 }, () => ['started', 'failed']);
        expect(kinds).toEqual([...failed.flat(), 'started', 'completed']);
      }
      await started.end();

      await expectOnlyWhatIsNamed(configuration, aws);
      // From here on there is the bucket and one key: no Redis, no metadata, no process, no file of this machine.
      const { store: bucket, keys } = aws.changes;
      const withoutKms = { store: bucket, keys: { ...keys, kmsEndpoint: 'http://127.0.0.1:1' } };
      const database = await (
        await freshMachine(await scratch(), withoutKms)
      )('duckdb', '--recovery-key', folder.recoveryPrivateKey);
      expect(await differencesBetween(folder.duckdb, database)).toEqual([]);
      const archive = await (await freshMachine(await scratch(), { store: bucket, keys }))('parquet');
      const files = await filesIn(folder.parquet);
      expect(await filesIn(archive)).toEqual(files);
      expect(await digests(archive, files)).toEqual(await digests(folder.parquet, files));
    },
    300_000,
  );

  /** After sweeping as a process does later, the bucket holds what manifests name, and no parts. */
  async function expectOnlyWhatIsNamed(file: string, aws: Awaited<ReturnType<typeof awsSite>>) {
    const { vault, catalog } = await openBackups(loadConfiguration({ file, environment: {} }), {}, quietLog);
    const left = await aws.unfinished();
    expect(left).toContainEqual(expect.stringMatching(/^backups\/duckdb\/\w+\/1\//));
    await aws.sweepParts(Date.now());
    expect(await aws.unfinished()).toEqual(left);
    await aws.sweepParts(Date.now() + aMonth);
    expect(await aws.unfinished()).toEqual([]);
    const none = () => Promise.resolve([]);
    const nothing = { admissions: none, open: none, completedIds: () => Promise.resolve(new Set<string>()) };
    await sweepLeftovers(
      {
        ...{ objects: vault.store, catalog, exclusion: nothing, metadata: nothing },
        ...{ clock: systemClock, log: quietLog, olderThanMs: 0 },
      },
      new AbortController().signal,
    );
    for (const type of types) {
      const named: string[] = [];
      for (const { backupId } of await catalog.headers(type)) {
        const { body } = await catalog.read(type, backupId);
        named.push(manifestPath(type, backupId), ...body.objects.map(({ path }) => path));
      }
      const there: string[] = [];
      for await (const { key } of vault.store.list(`${type}/`)) there.push(key);
      expect(there.sort()).toEqual(named.sort());
    }
  }
});
