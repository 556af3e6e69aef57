import { Redis } from 'ioredis';
import { systemClock } from '../engine/clock.ts';
import { checkScheduledBackups } from '../processors/check-scheduled-backups.ts';
import { getBackupScheduleStatus } from '../processors/get-backup-schedule-status.ts';
import { compileSchedules } from '../scheduling/compile-schedules.ts';
import { defaultSchedules } from '../scheduling/default-schedules.ts';
import { createRedisEventStream } from '../stores/events/redis.ts';
import { createRedisExclusion } from '../stores/exclusion/redis.ts';
import { openDuckdbMetadata } from '../stores/metadata/duckdb.ts';
import { completed, streamed, testOrder } from '../test/support/backup-events.ts';
import { recordingLog } from '../test/support/recording-log.ts';
import { startRedisServer } from '../test/support/redis-server.ts';
import { exchangeOf } from '../test/support/exchange-of.ts';
import { quantile, summary } from './ratios.ts';

/**
 * The scheduler's overhead for each check (target: under 10 ms): admissions from Redis, histories from DuckDB, plan.
 * `node dist/bench/check.js [backups in the metadata] [checks]`
 */
const [backups = 5_000, checks = 300] = process.argv.slice(2).map(Number);
const server = await startRedisServer();
const redis = new Redis(server.url);
const clock = systemClock;
const metadata = await openDuckdbMetadata({ path: ':memory:', log: recordingLog().log });
const slots = Array.from({ length: backups }, (_, n) => testOrder(n + 1, { schedule: 'tigerbeetle-logs' }));
await metadata.apply(streamed(slots.map((order) => completed({ ...order, slot: order.requestedAt }))));

const deps = {
  clock,
  metadata,
  exclusion: createRedisExclusion({
    redis,
    prefix: 'check',
    lockScope: 'global',
    lockDurationMs: 15_000,
    clock,
  }),
  events: createRedisEventStream({ redis, reader: redis, prefix: 'check' }),
  schedules: {
    enabled: true,
    compiled: compileSchedules(defaultSchedules.map((schedule) => ({ ...schedule, enabled: false }))),
  },
  lockScope: 'global',
  configuredTypes: new Set(['duckdb', 'parquet'] as const),
  recorder: { drain: () => redis.xlen('check:events').then(() => undefined) },
  reaper: { reap: () => Promise.resolve(0) },
  leadership: { token: () => 'bench' },
  checks: { requestAt: () => Promise.resolve() },
} as const;

for (const [name, ask] of Object.entries({
  check: () => checkScheduledBackups(exchangeOf({ at: '' }), deps),
  'schedule status': () => getBackupScheduleStatus(exchangeOf({}), deps),
})) {
  const times: number[] = [];
  for (let n = 0; n < checks; n += 1) {
    const start = performance.now();
    await ask();
    times.push(performance.now() - start);
  }
  const warm = times.slice(Math.floor(checks / 10));
  console.log(
    `${name.padEnd(15)} first ${quantile(times.slice(0, 1), 0).toFixed(1)} ms, then ${summary(warm)}`,
  );
}
await metadata.close();
redis.disconnect();
await server.stop();
