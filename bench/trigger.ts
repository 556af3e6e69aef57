import { Redis } from 'ioredis';
import { systemClock } from '../engine/clock.ts';
import { startRoutes } from '../engine/start-routes.ts';
import type { BackupOrder } from '../model/backup-order.ts';
import { triggerBackupApi } from '../routes/direct-endpoints.ts';
import {
  backupKmsKey,
  backupTigerbeetleLogs,
  exportDuckdbFull,
  exportDuckdbIncremental,
  replicateParquetFiles,
  snapshotTigerbeetle,
} from '../routes/dispatch-by-kind.ts';
import { takeDuckdbBackup } from '../routes/take-backups.ts';
import { triggerBackupByApi } from '../routes/trigger-backup-api.ts';
import { triggerOneBackup } from '../routes/trigger-backup.ts';
import { createRedisEventStream } from '../stores/events/redis.ts';
import { createRedisExclusion } from '../stores/exclusion/redis.ts';
import { completed } from '../test/support/backup-events.ts';
import { recordingLog } from '../test/support/recording-log.ts';

/** Control plane and worker of DuckDB, whose backups end as soon as their work has begun. */
export async function openTriggerBench(url: string, begun: () => void) {
  const prefix = 'trigger';
  const redis = new Redis(url);
  const clock = systemClock;
  const exclusion = createRedisExclusion({
    redis,
    prefix,
    lockScope: 'global',
    lockDurationMs: 15_000,
    clock,
  });
  const events = createRedisEventStream({ redis, reader: redis, prefix });
  let ended = Promise.resolve(true);

  const backups = {
    async run(order: BackupOrder) {
      const holding = await exclusion.begin(order, 'bench:1');
      if (holding.outcome !== 'begun') throw new Error(holding.outcome);
      begun();
      const { fencingToken } = holding;
      ended = exclusion.finish({ order, fencingToken }, completed(order, { fencingToken }));
      await ended;
    },
  };
  const runner = await startRoutes(
    [
      triggerBackupByApi,
      triggerOneBackup,
      snapshotTigerbeetle,
      backupTigerbeetleLogs,
      exportDuckdbFull,
      exportDuckdbIncremental,
      replicateParquetFiles,
      backupKmsKey,
      takeDuckdbBackup,
    ],
    {
      backups,
      exclusion,
      events,
      clock,
      metadata: { damagedChains: () => Promise.resolve([]) },
      configuredTypes: new Set(['duckdb'] as const),
      tenants: { has: () => false },
    },
    { url, prefix, clock, log: recordingLog().log },
  );
  const body = { backupType: 'duckdb' };
  return {
    request: () => runner.request(triggerBackupApi, { body, trigger: 'api', requestedBy: 'bench' }),
    /** Resolves when the last backup has ended, so that the next may be asked for. */
    settled: () => ended,
    async close() {
      await runner.stop(1_000);
      redis.disconnect();
    },
  };
}
