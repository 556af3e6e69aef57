import { CodedError } from '../../errors/coded-error.ts';
import { type BackupEvent, eventId } from '../../model/backup-event.ts';
import type { BackupOrder } from '../../model/backup-order.ts';

/** Throws `internal` unless the event ends this very attempt: an admission is never ended by another's event. */
export function requireTerminalEvent(order: BackupOrder, event: BackupEvent): void {
  const ends = event.kind === 'completed' || event.kind === 'failed';
  const same = event.order.backupId === order.backupId && event.order.attempt === order.attempt;
  if (ends && same) return;
  throw new CodedError(
    'internal',
    `event ${eventId(event)} does not end attempt ${order.attempt} of ${order.backupId}`,
    { facts: { backupId: order.backupId, attempt: order.attempt } },
  );
}
