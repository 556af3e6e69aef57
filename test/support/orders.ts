import { ulid } from 'ulid';
import type { BackupEventOf } from '../../model/backup-event.ts';
import { type BackupKind, backupKinds } from '../../model/backup-kind.ts';
import type { BackupOrder } from '../../model/backup-order.ts';
import type { VerificationReport } from '../../backups/verification/report.ts';
import type { VerificationOrder } from '../../model/verification.ts';

/** An order on demand of this kind, with an id of its own. */
export function anOrder(kind: BackupKind, changes: Partial<BackupOrder> = {}): BackupOrder {
  return {
    backupId: ulid(),
    attempt: 1,
    kind,
    ...backupKinds[kind],
    schedule: null,
    slot: null,
    tenantId: null,
    trigger: 'api',
    requestedBy: 'ops',
    requestedAt: '2026-01-01T00:00:00.000Z',
    timeoutMs: null,
    reason: 'asked for',
    ...changes,
  };
}

/** The order that the plan makes for a slot of the schedule named like its kind. */
export function aScheduledOrder(kind: BackupKind, changes: Partial<BackupOrder> = {}): BackupOrder {
  return anOrder(kind, {
    schedule: kind,
    slot: '2026-01-01T00:00:00.000Z',
    trigger: 'schedule',
    requestedBy: 'scheduler',
    reason: 'due',
    ...changes,
  });
}

/** An order on demand to verify a full DuckDB backup at level 1, unless told otherwise. */
export function aVerification(changes: Partial<VerificationOrder> = {}): VerificationOrder {
  return {
    verificationId: ulid(),
    level: 1,
    order: anOrder('duckdb-full'),
    schedule: null,
    requestedBy: 'ops',
    requestedAt: '2026-01-01T00:00:00.000Z',
    reason: 'asked for',
    ...changes,
  };
}

/** What verifying a whole DuckDB backup at level 1 finds, unless told otherwise. */
export function aReport(changes: Partial<VerificationReport> = {}): VerificationReport {
  return {
    ...{ backupId: ulid(), type: 'duckdb', level: 1, ok: true, findings: [], notes: [] },
    ...{ manifests: 1, objects: 3, bytes: 1000, durationMs: 5 },
    ...changes,
  };
}

/** The event that ends an attempt badly. */
export function aFailure(
  order: BackupOrder,
  changes: Partial<BackupEventOf<'failed'>> = {},
): BackupEventOf<'failed'> {
  return {
    kind: 'failed',
    at: '2026-01-01T00:01:00.000Z',
    order,
    startTime: null,
    fencingToken: null,
    worker: null,
    endTime: '2026-01-01T00:01:00.000Z',
    error: { code: 'source-unreadable', message: 'the disk is gone' },
    interrupted: false,
    ...changes,
  };
}
