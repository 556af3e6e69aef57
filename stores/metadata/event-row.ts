import {
  type AttemptEvent,
  type BackupEvent,
  type BackupEventOf,
  eventId,
} from '../../model/backup-event.ts';
import type { RowOf, backupColumns, eventColumns } from './schema.ts';

export type BackupRow = RowOf<typeof backupColumns> & { readonly id: string; readonly precedence: number };
export type EventRow = RowOf<typeof eventColumns> & { readonly id: string };

/** An event that says how a backup came about; a refusal is about none, and a verification has a row of its own. */
type Telling = Exclude<AttemptEvent, BackupEventOf<'refused'>>;

const rank = { requested: 0, started: 1, failed: 2 } as const;
const aboveEveryAttempt = 1e12;

/**
 * Which of a backup's events decides its row: a completed one for ever, since its manifest exists; else the latest
 * attempt's furthest. The row is made of that event alone, so it is the same whatever came twice, late or never.
 */
export function precedence(event: Telling): number {
  const { attempt } = event.order;
  return event.kind === 'completed' ? aboveEveryAttempt + attempt : attempt * 4 + rank[event.kind];
}

export function eventRow(event: BackupEvent): EventRow {
  return {
    id: eventId(event),
    backup_id: event.order.backupId,
    attempt: event.order.attempt,
    kind: event.kind,
    occurred_at: event.at,
    fencing_token: 'fencingToken' in event ? event.fencingToken : null,
    interrupted: event.kind === 'failed' && event.interrupted,
    event,
  };
}

const nothingWritten = {
  end_time: null,
  backup_size_bytes: null,
  backup_location: null,
  checksum: null,
  plain_bytes: null,
  objects: null,
  error_code: null,
  error_message: null,
  compression: null,
  encryption: null,
  retention_until: null,
  parent_id: null,
  note: null,
  interrupted: false,
};

/** The row of backup_metadata that an event makes; undefined for a refusal and a verification. */
export function backupRow(event: BackupEvent): BackupRow | undefined {
  if (event.kind === 'refused' || event.kind === 'verified') return undefined;
  return { ...asked(event), ...nothingWritten, ...became(event), precedence: precedence(event) };
}

function asked({ order }: Telling) {
  return {
    id: order.backupId,
    backup_type: order.type,
    backup_scope: order.scope,
    requested_at: order.requestedAt,
    schedule: order.schedule,
    slot: order.slot,
    tenant_id: order.tenantId,
    trigger: order.trigger,
    requested_by: order.requestedBy,
    attempt: order.attempt,
    reason: order.reason,
    backup_order: order,
  };
}

function became(event: Telling) {
  if (event.kind === 'requested') {
    return { status: 'queued', start_time: null, fencing_token: null, worker: null };
  }
  const work = { start_time: event.startTime, fencing_token: event.fencingToken, worker: event.worker };
  switch (event.kind) {
    case 'started':
      return { ...work, status: 'running' };
    case 'failed':
      return {
        ...work,
        status: 'failed',
        end_time: event.endTime,
        error_code: event.error.code,
        error_message: event.error.message,
        interrupted: event.interrupted,
      };
    case 'completed':
      return { ...work, ...written(event) };
  }
}

function written(event: BackupEventOf<'completed'>) {
  return {
    status: 'completed',
    backup_scope: event.scope,
    end_time: event.endTime,
    backup_size_bytes: event.sealedBytes,
    backup_location: event.location,
    checksum: event.checksum,
    plain_bytes: event.plainBytes,
    objects: event.objects,
    compression: event.compression,
    encryption: event.encryption,
    retention_until: event.retentionUntil,
    parent_id: event.parentId,
    note: event.note,
  };
}
