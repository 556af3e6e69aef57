import type { BackupType } from '../../model/backup-kind.ts';
import type { StoredObject } from '../../stores/objects/port.ts';
import type { ReadableVault } from '../sealing/open-object.ts';

/**
 * ULIDs begin with 0 until the year 3084: with it, what lies beside the backups of a type (the Parquet objects) is not
 * listed.
 */
const idsBeginWith = '0';

export interface ListedManifest extends StoredObject {
  readonly backupId: string;
}

/** What lies where manifests of a type do, by name; nothing of it is read. */
export async function listManifests(
  store: Pick<ReadableVault['store'], 'list'>,
  type: BackupType,
): Promise<ListedManifest[]> {
  const listed: ListedManifest[] = [];
  for await (const object of store.list(`${type}/${idsBeginWith}`)) {
    const [, backupId, file, ...rest] = object.key.split('/');
    if (backupId !== undefined && file === 'manifest.json' && rest.length === 0) {
      listed.push({ ...object, backupId });
    }
  }
  return listed;
}
