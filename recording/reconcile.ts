import type { BackupCatalog } from '../backups/backup-taker.ts';
import type { Log } from '../engine/log.ts';
import type { Exclusion } from '../stores/exclusion/port.ts';
import type { MetadataStore } from '../stores/metadata/port.ts';
import type { ObjectStore } from '../stores/objects/port.ts';
import { completedByType } from './stored-backups.ts';

export interface Reconciled {
  /** Ids of stored backups that metadata did not know as completed. */
  readonly added: readonly string[];
  /** The highest token that was ever seen, 0 when there was none; later ones are higher. */
  readonly fencingToken: number;
}

/**
 * Brings metadata and Redis up to what the object store proves: at the gain of leadership, and after Redis was lost.
 * Idempotent.
 */
export async function reconcile(options: {
  readonly catalog: Pick<BackupCatalog, 'headers'>;
  readonly objects: Pick<ObjectStore, 'location'>;
  readonly metadata: Pick<MetadataStore, 'completedIds' | 'restore' | 'highestFencingToken'>;
  readonly exclusion: Pick<Exclusion, 'raiseFencingToken'>;
  readonly log: Log;
}): Promise<Reconciled> {
  const { metadata, exclusion, log } = options;
  const known = await metadata.completedIds();
  const added: string[] = [];
  let fencingToken = await metadata.highestFencingToken();
  for await (const completed of completedByType(options)) {
    const unknown = completed.filter(({ order }) => !known.has(order.backupId));
    await metadata.restore(unknown);
    added.push(...unknown.map(({ order }) => order.backupId));
    for (const event of completed) fencingToken = Math.max(fencingToken, event.fencingToken);
  }
  if (fencingToken > 0) await exclusion.raiseFencingToken(fencingToken);
  if (added.length > 0) log.warn({ added }, 'backups were found in the store that metadata did not know');
  return { added, fencingToken };
}
