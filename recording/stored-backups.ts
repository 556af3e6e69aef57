import type { BackupCatalog } from '../backups/backup-taker.ts';
import { type BackupType, backupTypes } from '../model/backup-kind.ts';
import type { BackupEventOf } from '../model/backup-event.ts';
import { completedEventOf } from '../model/completed-event.ts';
import { manifestPath } from '../model/manifest.ts';
import type { ObjectStore } from '../stores/objects/port.ts';

export interface StoredBackups {
  readonly catalog: Pick<BackupCatalog, 'headers'>;
  readonly objects: Pick<ObjectStore, 'location'>;
}

/** What the manifests of a type tell: a completed event for each. Damaged ones are left out and logged by the catalog. */
export async function completedOf(
  type: BackupType,
  { catalog, objects }: StoredBackups,
): Promise<BackupEventOf<'completed'>[]> {
  const headers = await catalog.headers(type);
  return headers.map((header) =>
    completedEventOf(header, header.manifestSha256, objects.location(manifestPath(type, header.backupId))),
  );
}

/** The same for every type, one type at a time. */
export async function* completedByType(
  stores: StoredBackups,
): AsyncGenerator<readonly BackupEventOf<'completed'>[]> {
  for (const type of backupTypes) yield await completedOf(type, stores);
}
