import type { BackupCatalog } from '../backups/backup-taker.ts';
import type { Log } from '../engine/log.ts';
import { errorCode, errorText } from '../errors/coded-error.ts';
import type { RecordedEvent } from '../model/recorded-event.ts';
import type { KeyRing } from '../stores/keys/port.ts';
import type { MetadataStore } from '../stores/metadata/port.ts';
import type { ObjectStore } from '../stores/objects/port.ts';
import { eventsPrefix, readEvents } from './event-archive.ts';
import { completedByType } from './stored-backups.ts';

export interface RebuildReport {
  /** Backups that have a manifest. */
  readonly backups: number;
  readonly eventObjects: number;
  readonly events: number;
  /** Keys of event objects that could not be opened. */
  readonly damaged: readonly string[];
}

const batchSize = 1000;

/**
 * Makes metadata from the object store and a key alone: first the backups that exist, then the archived events, which
 * add failures, refusals and who asked. Idempotent; the cursor stays, so recording goes on where it was.
 */
export async function rebuildMetadata(options: {
  readonly catalog: Pick<BackupCatalog, 'headers'>;
  readonly objects: ObjectStore;
  readonly keys: Pick<KeyRing, 'open'>;
  readonly metadata: Pick<MetadataStore, 'restore'>;
  readonly log: Log;
  /** Aborted: what was restored stays, and the reason is thrown. */
  readonly signal?: AbortSignal;
}): Promise<RebuildReport> {
  const { objects, keys, metadata, log, signal } = options;
  const counted = { backups: 0, eventObjects: 0, events: 0 };
  const damaged: string[] = [];
  let waiting: RecordedEvent[] = [];
  const restore = async (events: readonly RecordedEvent[], atLeast: number) => {
    waiting.push(...events);
    if (waiting.length < atLeast) return;
    await metadata.restore(waiting);
    waiting = [];
  };

  for await (const completed of completedByType(options)) {
    signal?.throwIfAborted();
    counted.backups += completed.length;
    await restore(completed, batchSize);
  }
  for await (const { key } of objects.list(eventsPrefix)) {
    signal?.throwIfAborted();
    const events = await readEvents({ objects, keys }, key).catch((error: unknown) => {
      if (errorCode(error) !== 'object-damaged') throw error;
      log.error(
        { key, error: errorText(error) },
        'an event object cannot be opened; its events are left out',
      );
      damaged.push(key);
      return undefined;
    });
    if (events === undefined) continue;
    counted.eventObjects += 1;
    counted.events += events.length;
    await restore(events, batchSize);
  }
  await restore([], 0);
  return { ...counted, damaged };
}
