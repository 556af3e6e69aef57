import { afterEach } from '@jest/globals';
import type { BackupEventOf } from '../../model/backup-event.ts';
import { type BackupType, backupTypes } from '../../model/backup-kind.ts';
import type { BackupOrder } from '../../model/backup-order.ts';
import { compileSchedules } from '../../scheduling/compile-schedules.ts';
import { compileVerifications } from '../../scheduling/compile-verifications.ts';
import { defaultVerifications } from '../../scheduling/default-verifications.ts';
import { defaultSchedules } from '../../scheduling/default-schedules.ts';
import type { Schedule } from '../../scheduling/schedule.ts';
import { createMemoryEventStream } from '../../stores/events/memory.ts';
import { createMemoryExclusion } from '../../stores/exclusion/memory.ts';
import type { LockScope } from '../../stores/exclusion/port.ts';
import { openDuckdbMetadata } from '../../stores/metadata/duckdb.ts';
import type { RestoreRequest } from '../../processors/restoring/restore-request.ts';
import { completed, failed } from './backup-events.ts';
import { recordingLog } from './recording-log.ts';
import { sampleForecast } from './restore-events.ts';
import { SettableClock } from './settable-clock.ts';

export const knownTenant = '7b0c3f9e-1d2a-4c5b-8e6f-0a1b2c3d4e5f';

/**
 * All that the processors need, in one process: admissions and events in memory, metadata in DuckDB, a clock that a test
 * ticks, and backups that end when the test says so.
 */
export type World = Awaited<ReturnType<typeof buildWorld>>;

export function worlds(): (options?: WorldOptions) => Promise<World> {
  const open: World[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map(({ metadata }) => metadata.close()));
  });
  return async (options = {}) => {
    const world = await buildWorld(options);
    open.push(world);
    return world;
  };
}

interface WorldOptions {
  readonly schedules?: readonly Schedule[];
  readonly enabled?: boolean;
  readonly lockScope?: LockScope;
  readonly configured?: readonly BackupType[];
}

async function buildWorld(options: WorldOptions) {
  const { lockScope = 'global', configured = backupTypes, enabled = true } = options;
  const clock = new SettableClock();
  const events = createMemoryEventStream();
  const lease: { token: string | undefined } = { token: 'lease-1' };
  const exclusion = createMemoryExclusion({
    events,
    lockScope,
    lockDurationMs: 15_000,
    clock,
    leaseToken: () => lease.token,
  });
  const metadata = await openDuckdbMetadata({ path: ':memory:', log: recordingLog().log });
  const requestedChecks: number[] = [];
  const read = (after: string | undefined) =>
    events.read({ after, count: 10_000, waitMs: 0, onInvalid: () => undefined });

  async function begin(order: BackupOrder) {
    const begun = await exclusion.begin(order, 'host:1');
    if (begun.outcome !== 'begun') throw new Error(`the backup did not begin: ${begun.outcome}`);
    return { begun, holding: { order, fencingToken: begun.fencingToken } };
  }
  const ends = (startTime: string) => {
    const now = new Date(clock.now()).toISOString();
    return { at: now, endTime: now, startTime };
  };

  return {
    clock,
    events,
    exclusion,
    metadata,
    lease,
    requestedChecks,
    configuredTypes: new Set(configured),
    lockScope,
    schedules: { enabled, compiled: compileSchedules(options.schedules ?? defaultSchedules) },
    recorder: { drain: async () => metadata.apply(await read(await metadata.cursor())) },
    reaper: { reap: () => Promise.resolve(0) },
    leadership: { token: () => lease.token },
    verificationSchedules: compileVerifications(defaultVerifications),
    restores: { admit: () => Promise.resolve() },
    restorePlanner: {
      confine: ({ to }: RestoreRequest) => Promise.resolve(to),
      forecast: () => Promise.resolve(sampleForecast),
    },
    standingVerifications: { reserve: () => Promise.resolve(undefined) },
    log: recordingLog().log,
    checks: {
      requestAt(at: number) {
        requestedChecks.push(at);
        return Promise.resolve();
      },
    },
    tenants: { has: (id: string) => id === knownTenant },
    /** Every event so far. */
    allEvents: async () => (await read(undefined)).map(({ event }) => event),
    begin,
    /** Runs an admitted backup to its end. */
    async complete(order: BackupOrder, fields: Partial<BackupEventOf<'completed'>> = {}) {
      const { begun, holding } = await begin(order);
      const { fencingToken, startTime } = begun;
      await exclusion.finish(holding, completed(order, { ...ends(startTime), fencingToken, ...fields }));
    },
    async fail(order: BackupOrder, fields: Partial<BackupEventOf<'failed'>> = {}) {
      const { begun, holding } = await begin(order);
      const { fencingToken, startTime } = begun;
      await exclusion.finish(holding, failed(order, { ...ends(startTime), fencingToken, ...fields }));
    },
  };
}
