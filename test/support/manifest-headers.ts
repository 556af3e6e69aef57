import type { BackupCatalog } from '../../backups/backup-taker.ts';
import type { BackupOrder } from '../../model/backup-order.ts';
import type { ManifestHeader } from '../../model/manifest.ts';
import { completed } from './backup-events.ts';

/** The header of the manifest that an order's completed event (test/support/backup-events.ts) belongs to. */
export function headerOf(order: BackupOrder, fields: Partial<ManifestHeader> = {}): ManifestHeader {
  const event = completed(order);
  return {
    format: 1,
    backupId: order.backupId,
    attempt: order.attempt,
    kind: order.kind,
    type: order.type,
    scope: event.scope,
    order,
    startTime: event.startTime,
    endTime: event.endTime,
    worker: event.worker,
    fencingToken: event.fencingToken,
    parent: null,
    plainBytes: event.plainBytes,
    sealedBytes: event.sealedBytes,
    objects: event.objects,
    compression: event.compression,
    encryption: event.encryption,
    keyIds: ['working'],
    retentionUntil: event.retentionUntil,
    note: event.note,
    software: 'test',
    ...fields,
  };
}

/** A catalog that lists these headers. */
export function catalogOf(headers: () => readonly ManifestHeader[]): Pick<BackupCatalog, 'headers'> {
  return {
    headers: (type) =>
      Promise.resolve(
        headers()
          .filter((header) => header.type === type)
          .map((header) => ({ ...header, manifestSha256: 'ab'.repeat(32) })),
      ),
  };
}
