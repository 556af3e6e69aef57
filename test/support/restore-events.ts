import type { RestoreEventOf } from '../../model/restore-event.ts';
import type { RestoreOrder } from '../../model/restore-order.ts';
import type { RestoreForecast } from '../../processors/restoring/restore-request.ts';
import type { RecoveryRecord } from '../../stores/metadata/recovery-port.ts';
import { iso, testId } from './backup-events.ts';

const start = Date.parse('2026-01-01T00:00:00.000Z');

/** An order of the nth restore, asked for in the nth minute. */
export function testRestore(n: number, fields: Partial<RestoreOrder> = {}): RestoreOrder {
  return {
    restoreId: testId(n),
    backupType: 'duckdb',
    backupId: testId(900),
    at: null,
    to: '/restores/hot.duckdb',
    tables: null,
    tenant: null,
    trigger: 'api',
    requestedBy: 'ops',
    requestedAt: iso(start + n * 60_000),
    reason: 'a bad deploy',
    ...fields,
  };
}

/** Seconds after the request: started 10, ended 20. */
function after(restore: RestoreOrder, seconds: number): string {
  return iso(Date.parse(restore.requestedAt) + seconds * 1000);
}

export function restoreRequested(restore: RestoreOrder): RestoreEventOf<'restore-requested'> {
  return { kind: 'restore-requested', at: after(restore, 0), restore };
}

export function restoreStarted(restore: RestoreOrder): RestoreEventOf<'restore-started'> {
  const startTime = after(restore, 10);
  return { kind: 'restore-started', at: startTime, restore, startTime, worker: 'host:1' };
}

export function restoreCompleted(
  restore: RestoreOrder,
  fields: Partial<RestoreEventOf<'restore-completed'>> = {},
): RestoreEventOf<'restore-completed'> {
  const { startTime, worker } = restoreStarted(restore);
  return {
    kind: 'restore-completed',
    at: after(restore, 20),
    restore,
    startTime,
    endTime: after(restore, 20),
    worker,
    plainBytes: 20_000,
    sealedBytes: 10_000,
    objects: 2,
    counts: { tables: 1, rows: 5 },
    notes: [],
    ...fields,
  };
}

export function restoreFailed(
  restore: RestoreOrder,
  fields: Partial<RestoreEventOf<'restore-failed'>> = {},
): RestoreEventOf<'restore-failed'> {
  const { startTime, worker } = restoreStarted(restore);
  return {
    kind: 'restore-failed',
    at: after(restore, 20),
    restore,
    startTime,
    endTime: after(restore, 20),
    worker,
    error: { code: 'object-damaged', message: 'An object is damaged.' },
    ...fields,
  };
}

/** What a plan says. */
export const sampleForecast: RestoreForecast = {
  backupId: testId(900),
  objects: 2,
  plainBytes: 20_000,
  sealedBytes: 10_000,
  neededBytes: 40_000,
  estimatedSeconds: 2,
  notes: [],
};

/** What the record says of the first restore once it has completed. */
export function sampleRecovery(over: Partial<RecoveryRecord> = {}): RecoveryRecord {
  const { restoreId: id, ...order } = testRestore(1);
  const { startTime, endTime, worker, plainBytes, sealedBytes, objects, counts, notes } = restoreCompleted(
    testRestore(1),
  );
  return {
    ...{ id, ...order, status: 'completed', startTime, endTime, worker, plainBytes, sealedBytes, objects },
    ...{ counts, notes, errorCode: null, errorMessage: null },
    ...over,
  };
}
