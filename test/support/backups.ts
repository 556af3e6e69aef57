import type { BackupOrder } from '../../model/backup-order.ts';
import type { ScheduleStatus } from '../../processors/schedule-status/schedule-status.ts';
import type { Admission } from '../../stores/exclusion/port.ts';
import type { WorkerHeartbeat } from '../../stores/heartbeats/port.ts';
import type { BackupRecord } from '../../stores/metadata/port.ts';
import { anOrder } from './orders.ts';

const at = '2026-01-01T00:00:00.000Z';

/** An order on demand for a full DuckDB backup, unless told otherwise. */
export function sampleOrder(over: Partial<BackupOrder> = {}): BackupOrder {
  return anOrder('duckdb-full', { backupId: '01KAVQ0000000000000000000A', ...over });
}

/** An admission of that order, running under a live lock. */
export function sampleAdmission(over: Partial<Admission> = {}): Admission & { readonly held: boolean } {
  return {
    order: sampleOrder(),
    state: 'running',
    since: Date.parse(at),
    fencingToken: 7,
    worker: 'here:2',
    startTime: at,
    progress: null,
    held: true,
    ...over,
  };
}

/** What the history says of it once it has completed. */
export function sampleRecord(over: Partial<BackupRecord> = {}): BackupRecord {
  return {
    id: '01KAVQ0000000000000000000A',
    backupType: 'duckdb',
    backupScope: 'full',
    status: 'completed',
    requestedAt: at,
    startTime: at,
    endTime: '2026-01-01T00:01:00.000Z',
    backupSizeBytes: 2048,
    plainBytes: 4096,
    backupLocation: 'file:///backups/duckdb/01KAVQ0000000000000000000A',
    checksum: 'ab'.repeat(32),
    schedule: null,
    slot: null,
    tenantId: null,
    trigger: 'api',
    requestedBy: 'ops',
    attempt: 1,
    errorCode: null,
    errorMessage: null,
    compression: 'zstd',
    encryption: 'AES-256-GCM',
    retentionUntil: null,
    parentId: null,
    fencingToken: 7,
    worker: 'here:2',
    reason: 'asked for',
    note: null,
    damage: null,
    lastVerification: null,
    ...over,
  };
}

/** What a worker says of itself while it takes that backup. */
export function sampleHeartbeat(over: Partial<WorkerHeartbeat> = {}): WorkerHeartbeat {
  return {
    type: 'duckdb',
    host: 'here',
    pid: 2,
    startedAt: at,
    version: '0.1.0',
    busyWith: { backupId: '01KAVQ0000000000000000000A', attempt: 1, since: at, bytes: 10 },
    ...over,
  };
}

/** A schedule that has never run. */
export function sampleSchedule(over: Partial<ScheduleStatus> = {}): ScheduleStatus {
  return {
    name: 'duckdb-full',
    type: 'duckdb',
    scope: 'full',
    interval: 'PT24H',
    timeZone: 'UTC',
    lastBackup: null,
    nextBackup: at,
    status: 'due',
    reason: 'It has never run, so it is due now.',
    reasonCode: 'never-run',
    lateBy: null,
    running: null,
    attempt: 1,
    nextAttemptAt: null,
    rpo: { target: 'PT48H', ageOfNewestRestorableData: null, holds: false },
    damage: null,
    enabled: true,
    ...over,
  };
}
