import { describe, expect, it } from '@jest/globals';
import { readSchedules } from '../../config/read-schedules.ts';
import { scheduleEntries } from '../../config/schedule-entry.ts';
import { compileSchedules } from '../../scheduling/compile-schedules.ts';
import { defaultSchedules } from '../../scheduling/default-schedules.ts';
import type { Schedule } from '../../scheduling/schedule.ts';

const minute = 60_000;

function read(entries: unknown, tickMs?: number): ReadonlyMap<string, Schedule> {
  const schedules = readSchedules(scheduleEntries.parse(entries), tickMs);
  compileSchedules(schedules);
  return new Map(schedules.map((schedule) => [schedule.name, schedule]));
}

describe('the schedules of the configuration', () => {
  it('are the default ones when nothing is said', () => {
    expect([...read([]).values()]).toEqual(defaultSchedules);
  });

  it('keep of a default schedule what an entry does not say', () => {
    const changed = read([{ name: 'duckdb-incremental', every: 'PT3H', retry: { maxAttempts: 2 } }]);
    const before = defaultSchedules.find(({ name }) => name === 'duckdb-incremental');
    expect(changed.get('duckdb-incremental')).toEqual({
      ...before,
      timing: { every: 180 * minute, anchor: 0 },
      retry: { ...before?.retry, maxAttempts: 2 },
    });
    expect(changed.size).toBe(defaultSchedules.length);
  });

  it('replace an interval by a cron expression', () => {
    const changed = read([{ name: 'duckdb-full', cron: '30 2 * * *', timeZone: 'Europe/Berlin' }]);
    expect(changed.get('duckdb-full')?.timing).toEqual({ cron: '30 2 * * *', timeZone: 'Europe/Berlin' });
  });

  it('add further ones with all that can be said', () => {
    const entry = {
      name: 'nightly',
      type: 'parquet',
      scope: 'full',
      every: 'P1D',
      anchor: '2026-01-01T03:00:00+01:00',
      after: ['duckdb-full'],
      misfire: 'skip',
      misfireGrace: 'PT20M',
      jitter: 'PT5M',
      timeout: 'PT2H',
      enabled: false,
      retry: { maxAttempts: 1, initialDelay: 'PT1S', factor: 3, maxDelay: 'PT2S', jitter: 0 },
      rpo: 'P2D',
    };
    expect(read([entry]).get('nightly')).toEqual({
      name: 'nightly',
      kind: 'parquet-replication',
      timing: { every: 1440 * minute, anchor: Date.parse('2026-01-01T02:00:00Z') },
      after: ['duckdb-full'],
      misfire: 'skip',
      misfireGraceMs: 20 * minute,
      jitterMs: 5 * minute,
      timeoutMs: 120 * minute,
      enabled: false,
      retry: { maxAttempts: 1, initialDelayMs: 1000, factor: 3, maxDelayMs: 2000, jitter: 0 },
      rpoMs: 2880 * minute,
    });
  });

  it('count a slot as met within two ticks', () => {
    expect(read([], 30 * minute).get('kms-keys')?.misfireGraceMs).toBe(60 * minute);
  });

  it('refuse one of its own without type or timing', () => {
    expect(() => read([{ name: 'own', every: 'PT1H' }])).toThrow('lacks type and scope');
    expect(() => read([{ name: 'own', type: 'kms', scope: 'full' }])).toThrow('lacks every or cron');
  });

  it.each([
    [{ every: 'PT1H', cron: '0 * * * *' }, 'keep one'],
    [{ timeZone: 'UTC' }, 'goes with cron alone'],
    [{ type: 'parquet', scope: 'incremental' }, 'no scope incremental'],
  ])('refuse %j', (entry, why) => {
    expect(() => read([{ name: 'duckdb-full', ...entry }])).toThrow(why);
  });
});
