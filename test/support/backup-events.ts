import type { BackupEventOf } from '../../model/backup-event.ts';
import { type BackupKind, backupKinds } from '../../model/backup-kind.ts';
import type { BackupOrder } from '../../model/backup-order.ts';
import type { RecordedEvent } from '../../model/recorded-event.ts';
import type { VerificationOutcome } from '../../model/verification.ts';
import type { StreamedEvent } from '../../stores/events/port.ts';

const start = Date.parse('2026-01-01T00:00:00.000Z');
const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

export const iso = (ms: number): string => new Date(ms).toISOString();

/** The nth ULID of the tests, in order. */
export function testId(n: number): string {
  let digits = '';
  for (let rest = n, place = 0; place < 6; place += 1, rest = Math.floor(rest / 32)) {
    digits = (crockford[rest % 32] ?? '0') + digits;
  }
  return `01KDV500000000000000${digits}`;
}

/** An order of the nth backup, on demand unless a schedule and slot are given. */
export function testOrder(
  n: number,
  fields: Partial<BackupOrder> & { readonly kind?: BackupKind } = {},
): BackupOrder {
  const kind = fields.kind ?? 'duckdb-full';
  return {
    backupId: testId(n),
    attempt: 1,
    kind,
    ...backupKinds[kind],
    schedule: null,
    slot: null,
    tenantId: null,
    trigger: fields.schedule == null ? 'api' : 'schedule',
    requestedBy: 'ops',
    requestedAt: iso(start + n * 60_000),
    timeoutMs: null,
    reason: 'asked for',
    ...fields,
  };
}

/** Minutes after the request: started 1, ended 2. */
function at(order: BackupOrder, minutes: number): string {
  return iso(Date.parse(order.requestedAt) + (order.attempt - 1) * 600_000 + minutes * 60_000);
}

export function requested(order: BackupOrder): BackupEventOf<'requested'> {
  return { kind: 'requested', at: at(order, 0), order };
}

export function started(order: BackupOrder, fencingToken = 7): BackupEventOf<'started'> {
  const startTime = at(order, 1);
  return { kind: 'started', at: startTime, order, startTime, fencingToken, worker: 'host:1' };
}

export function completed(
  order: BackupOrder,
  fields: Partial<BackupEventOf<'completed'>> = {},
): BackupEventOf<'completed'> {
  return {
    ...started(order),
    kind: 'completed',
    at: at(order, 2),
    endTime: at(order, 2),
    scope: order.scope,
    location: `file:///store/${order.type}/${order.backupId}/manifest.json`,
    checksum: 'ab'.repeat(32),
    plainBytes: 2000,
    sealedBytes: 1000,
    objects: 3,
    parentId: null,
    compression: 'zstd',
    encryption: 'AES-256-GCM',
    retentionUntil: null,
    note: null,
    ...fields,
  };
}

export function failed(
  order: BackupOrder,
  fields: Partial<BackupEventOf<'failed'>> = {},
): BackupEventOf<'failed'> {
  return {
    ...started(order),
    kind: 'failed',
    at: at(order, 2),
    endTime: at(order, 2),
    error: { code: 'source-unreadable', message: 'The source cannot be read.' },
    interrupted: false,
    ...fields,
  };
}

export function refused(order: BackupOrder): BackupEventOf<'refused'> {
  const error = { code: 'backup-already-running', message: 'Another one runs.' };
  return { kind: 'refused', at: at(order, 0), order, error };
}

/** The nth verification of a backup, so many hours after the request: level 1 on demand, passed, unless told otherwise. */
export function verified(
  order: BackupOrder,
  n: number,
  fields: Partial<VerificationOutcome> = {},
): BackupEventOf<'verified'> {
  const startTime = at(order, n * 60);
  const level = fields.level ?? 1;
  return {
    kind: 'verified',
    at: at(order, n * 60 + 1),
    order,
    verification: {
      ...{ verificationId: testId(500_000 + n), level, reached: level, result: 'passed' },
      ...{ findings: [], findingCount: 0, notes: [], error: null },
      ...{ startTime, durationMs: 60_000, bytes: 1000, objects: 3, manifests: 1 },
      ...{
        schedule: null,
        requestedBy: 'ops',
        requestedAt: startTime,
        reason: 'asked for',
        worker: 'host:2',
      },
      ...fields,
    },
  };
}

/** A verification that found an object missing. */
export function foundDamaged(
  order: BackupOrder,
  n: number,
  fields: Partial<VerificationOutcome> = {},
): BackupEventOf<'verified'> {
  const findings = [{ object: `${order.type}/x`, problem: 'x is missing' }];
  return verified(order, n, { result: 'damaged', findings, findingCount: findings.length, ...fields });
}

/** As a stream would give them, with cursors counting from `first`. */
export function streamed(events: readonly RecordedEvent[], first = 1): StreamedEvent[] {
  return events.map((event, index) => ({ cursor: `${1_767_225_600_000 + first + index}-0`, event }));
}
