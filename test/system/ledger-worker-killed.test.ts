import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { openBackups } from '../../app/restoring/open-backups.ts';
import { sourcePrefix } from '../../app/wiring/ledger.ts';
import { restoreTigerbeetle } from '../../backups/tigerbeetle/restore/restore-tigerbeetle.ts';
import { loadConfiguration } from '../../config/load-configuration.ts';
import { systemClock } from '../../engine/clock.ts';
import { createRedisExclusion } from '../../stores/exclusion/redis.ts';
import { createRedisLedger } from '../../stores/ledger/redis.ts';
import { killWorker } from '../support/kill-worker.ts';
import { asImported, contentOf, variedAccounts, variedTransfers } from '../support/ledger-backups.ts';
import { ledgerScope } from '../support/ledger-events.ts';
import { quietLog } from '../support/real-parquet.ts';
import { type Api, patience } from '../support/scheduler-api.ts';
import { schedulerSites } from '../support/scheduler.ts';
import { scratchFolders } from '../support/scratch.ts';
import { expectSettled } from '../support/settled.ts';
import { until } from '../support/until.ts';

// Before Redis is stopped.
const closers: (() => unknown)[] = [];
afterEach(() => {
  for (const close of closers.splice(0)) close();
});
const site = schedulerSites();
const scratch = scratchFolders();
const rounds = 20;
// Workers of other types are killed in every run.
const soak = process.env['SOAK'] === '1' ? it : it.skip;

const retry = { initialDelay: 'PT0.2S', jitter: 0 };
const onlyTheLedger = {
  exclusion: { scope: 'type', lockDuration: 'PT2S' },
  housekeeping: { interval: 'PT0.2S' },
  schedules: [
    { name: 'tigerbeetle-snapshot', retry },
    { name: 'tigerbeetle-logs', every: 'PT6H', retry },
  ],
  sources: {
    ...{ duckdb: { file: '' }, parquet: { folder: '' }, kms: { kind: 'none', file: '' } },
    tigerbeetle: { kind: 'redis' },
  },
};

/** Once nothing else of the type waits or runs: a killed one may be tried again. */
function letIn(api: Api, backupScope: 'full' | 'incremental'): Promise<string> {
  const trigger = () => api.trigger({ backupType: 'tigerbeetle', backupScope }).catch(() => undefined);
  return until('it is let in', trigger, patience);
}

describe('a worker of the ledger that is killed with -9', () => {
  soak(
    'claims nothing that is not there: every manifest is whole, and the next backup goes on from it',
    async () => {
      const { run, redis, folder } = await site();
      const read = loadConfiguration({ file: folder.configuration, environment: {} });
      const connection = new Redis(redis.url);
      closers.push(() => {
        connection.disconnect();
      });
      const ledgerAt = (prefix: string) =>
        createRedisLedger({ redis: connection, prefix, clock: systemClock, deadlineMs: 60_000 });
      const source = ledgerAt(sourcePrefix(read.redis));
      const scope = ledgerScope();
      await source.createAccounts(variedAccounts(scope, 401));
      await source.createTransfers(variedTransfers(scope, 1000, 3000));

      const started = await run(['start'], onlyTheLedger);
      const { api } = started;
      const exclusion = createRedisExclusion({
        ...{ redis: connection, prefix: 'backup-scheduler', clock: systemClock },
        ...{ lockScope: 'type', lockDurationMs: 2_000 },
      });
      const kill = (attempt: number, ms: number) =>
        killWorker(exclusion, { type: 'tigerbeetle', attempt }, () => pause(Math.random() * ms));
      await api.ready();
      const killed = [await kill(1, 300)];
      await api.shows('the log is complete', { schedule: 'tigerbeetle-logs', status: 'completed' });
      for (let round = 1; round < rounds; round += 1) {
        await source.createTransfers(variedTransfers(scope, 10_000 * round, 1000));
        const backupScope = round % 3 === 0 ? 'full' : 'incremental';
        const id = await letIn(api, backupScope);
        killed.push(await kill(1, 1000));
        // One on demand may be given up, a scheduled one never is.
        const ended = async () => (await api.history()).find((backup) => backup.id === id && backup.endTime);
        await until('it has ended', ended, patience);
      }
      expect(killed).toContain(true);
      const last = await letIn(api, 'incremental');
      await api.reaches(last, 'completed');
      await expectSettled(api, folder.store, 'type');
      await started.end();

      const { catalog } = await openBackups(read, {}, quietLog);
      const headers = await catalog.headers('tigerbeetle');
      for (const { backupId } of headers) await catalog.chain('tigerbeetle', backupId);
      const target = ledgerAt(`${sourcePrefix(read.redis)}:restored`);
      const { voided } = await restoreTigerbeetle({
        ...{ catalog, wanted: { backupId: last }, into: target, scratch: await scratch() },
        ...{ signal: new AbortController().signal, progress: () => undefined },
      });
      const [before, after] = [asImported(await contentOf(source)), await contentOf(target)];
      const own = new Set(before.transfers.map(({ id }) => id));
      expect(after.transfers.filter(({ id }) => own.has(id))).toEqual(before.transfers);
      expect(after.transfers).toHaveLength(before.transfers.length + voided.length);
      expect(after.accounts.map(({ id }) => id)).toEqual(before.accounts.map(({ id }) => id));
    },
    900_000,
  );
});
