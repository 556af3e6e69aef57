import { z } from 'zod';
import { type BackupEvent, backupEvent } from './backup-event.ts';
import { restoreEvent } from './restore-event.ts';

/** All that the stream and the event objects carry, told apart by its kind. */
export const recordedEvent = z.discriminatedUnion('kind', [backupEvent, restoreEvent]);
export type RecordedEvent = Readonly<z.infer<typeof recordedEvent>>;

export function isBackupEvent(event: RecordedEvent): event is BackupEvent {
  return 'order' in event;
}
