import { CodedError } from '../errors/coded-error.ts';
import type { BackupEventOf } from '../model/backup-event.ts';
import { completedEventOf } from '../model/completed-event.ts';
import type { BackupOrder } from '../model/backup-order.ts';
import { type Manifest, manifestPath } from '../model/manifest.ts';
import type { ObjectStore } from '../stores/objects/port.ts';
import type { BackupCatalog } from './backup-taker.ts';

/** The manifest of a backup if one is stored, by whichever attempt. Damage is thrown. */
export async function storedManifest(
  catalog: Pick<BackupCatalog, 'read'>,
  order: BackupOrder,
): Promise<Manifest | undefined> {
  try {
    const manifest = await catalog.read(order.type, order.backupId);
    return manifest.header.backupId === order.backupId ? manifest : undefined;
  } catch (error) {
    if (error instanceof CodedError && error.code === 'backup-not-found') return undefined;
    throw error;
  }
}

/** The event that ends this attempt with a manifest that an earlier attempt of the same backup may have written. */
export function completedAs(
  order: BackupOrder,
  manifest: Pick<Manifest, 'header' | 'sha256'>,
  objects: Pick<ObjectStore, 'location'>,
): BackupEventOf<'completed'> {
  const location = objects.location(manifestPath(order.type, order.backupId));
  return { ...completedEventOf(manifest.header, manifest.sha256, location), order };
}
