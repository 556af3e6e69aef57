import { z } from 'zod';
import { type BackupEvent, backupEvent, eventId } from './backup-event.ts';
import { restoreEvent } from './restore-event.ts';

/** All that the stream and the event objects carry, told apart by its kind. */
export const recordedEvent = z.discriminatedUnion('kind', [backupEvent, restoreEvent]);
export type RecordedEvent = Readonly<z.infer<typeof recordedEvent>>;

export function isBackupEvent(event: RecordedEvent): event is BackupEvent {
  return 'order' in event;
}

/** The same for every delivery of the same event: what makes recording idempotent. */
export function recordedEventId(event: RecordedEvent): string {
  return isBackupEvent(event) ? eventId(event) : `${event.restore.restoreId}.${event.kind}`;
}
