import { type RestoreEvent, type RestoreEventOf } from '../../model/restore-event.ts';
import type { RowOf } from './schema.ts';
import type { recoveryColumns } from './recovery-columns.ts';

export type RecoveryRow = RowOf<typeof recoveryColumns> & {
  readonly id: string;
  readonly precedence: number;
};

/**
 * Which of a restore's events decides its row: a target that is there is there, whatever else was said of it; else the
 * furthest.
 */
const precedence: Readonly<Record<RestoreEvent['kind'], number>> = {
  'restore-requested': 0,
  'restore-started': 1,
  'restore-failed': 2,
  'restore-completed': 3,
};

const nothingYet = {
  start_time: null,
  end_time: null,
  worker: null,
  plain_bytes: null,
  sealed_bytes: null,
  objects: null,
  counts: null,
  notes: null,
  error_code: null,
  error_message: null,
};

/** The row of `recoveries` that an event makes, of that event alone. */
export function recoveryRow(event: RestoreEvent): RecoveryRow {
  const { restore: order } = event;
  return {
    id: order.restoreId,
    backup_type: order.backupType,
    backup_id: order.backupId,
    as_of: order.at,
    target: order.to,
    trigger: order.trigger,
    requested_by: order.requestedBy,
    requested_at: order.requestedAt,
    reason: order.reason,
    restore_order: order,
    ...nothingYet,
    ...became(event),
    precedence: precedence[event.kind],
  };
}

function became(event: RestoreEvent) {
  switch (event.kind) {
    case 'restore-requested':
      return { status: 'queued' };
    case 'restore-started':
      return { status: 'running', start_time: event.startTime, worker: event.worker };
    case 'restore-failed':
      return {
        status: 'failed',
        start_time: event.startTime,
        end_time: event.endTime,
        worker: event.worker,
        error_code: event.error.code,
        error_message: event.error.message,
      };
    case 'restore-completed':
      return { status: 'completed', ...restored(event) };
  }
}

function restored(event: RestoreEventOf<'restore-completed'>) {
  return {
    start_time: event.startTime,
    end_time: event.endTime,
    worker: event.worker,
    plain_bytes: event.plainBytes,
    sealed_bytes: event.sealedBytes,
    objects: event.objects,
    counts: event.counts,
    notes: event.notes,
  };
}
