import type { BackupEventOf } from './backup-event.ts';
import type { ManifestHeader } from './manifest.ts';

/**
 * The event of a backup whose manifest is stored: what its worker appends, and what is made up for when the worker died
 * before it could, or when metadata is built again. `sha256` is that of manifest.json as stored (hex), `location` the
 * object store's address of it.
 */
export function completedEventOf(
  header: ManifestHeader,
  sha256: string,
  location: string,
): BackupEventOf<'completed'> {
  return {
    kind: 'completed',
    at: header.endTime,
    order: header.order,
    startTime: header.startTime,
    endTime: header.endTime,
    fencingToken: header.fencingToken,
    worker: header.worker,
    scope: header.scope,
    location,
    checksum: sha256,
    plainBytes: header.plainBytes,
    sealedBytes: header.sealedBytes,
    objects: header.objects,
    parentId: header.parent?.backupId ?? null,
    compression: header.compression,
    encryption: header.encryption,
    retentionUntil: header.retentionUntil,
    note: header.note,
  };
}
