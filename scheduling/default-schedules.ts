import type { RetryPolicy, Schedule } from './schedule.ts';

const minute = 60_000;
const hour = 60 * minute;

/** Again after 1, 2, 4 and 8 minutes, each ± 20 %. */
export const defaultRetry: RetryPolicy = Object.freeze({
  maxAttempts: 5,
  initialDelayMs: minute,
  factor: 2,
  maxDelayMs: hour,
  jitter: 0.2,
});

/** What a schedule is unless it says otherwise. */
export const scheduleDefaults = Object.freeze({
  after: [],
  misfire: 'catch-up',
  misfireGraceMs: 10 * minute,
  jitterMs: 0,
  timeoutMs: null,
  enabled: true,
  retry: defaultRetry,
  rpoMs: null,
} as const satisfies Partial<Schedule>);

/** Fixed-rate, and a target that one missed slot still meets. */
function everyHours(hours: number): Pick<Schedule, 'timing' | 'rpoMs'> {
  return { timing: { every: hours * hour, anchor: 0 }, rpoMs: 2 * hours * hour };
}

/**
 * Logs after snapshot and incremental after full, since the later one builds on the earlier. Parquet after DuckDB: rows
 * move from hot to cold, and the other order could miss one in both.
 */
export const defaultSchedules: readonly Schedule[] = Object.freeze([
  { ...scheduleDefaults, name: 'tigerbeetle-snapshot', kind: 'tigerbeetle-snapshot', ...everyHours(6) },
  {
    ...scheduleDefaults,
    name: 'tigerbeetle-logs',
    kind: 'tigerbeetle-logs',
    ...everyHours(0.25),
    after: ['tigerbeetle-snapshot'],
  },
  { ...scheduleDefaults, name: 'duckdb-full', kind: 'duckdb-full', ...everyHours(24) },
  {
    ...scheduleDefaults,
    name: 'duckdb-incremental',
    kind: 'duckdb-incremental',
    ...everyHours(6),
    after: ['duckdb-full'],
  },
  {
    ...scheduleDefaults,
    name: 'parquet-replication',
    kind: 'parquet-replication',
    ...everyHours(1),
    after: ['duckdb-full', 'duckdb-incremental'],
  },
  { ...scheduleDefaults, name: 'kms-keys', kind: 'kms-keys', ...everyHours(24), enabled: false },
] as const satisfies readonly Schedule[]);
