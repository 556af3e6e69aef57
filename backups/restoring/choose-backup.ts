import { decodeTime, isValid } from 'ulid';
import { CodedError, errorCode, errorText } from '../../errors/coded-error.ts';
import type { BackupType } from '../../model/backup-kind.ts';
import { heldAt, type Manifest } from '../../model/manifest.ts';
import type { BackupCatalog } from '../backup-taker.ts';
import { listManifests } from '../manifests/list-manifests.ts';
import type { Vault } from '../sealing/open-object.ts';

/** One by its id, or the newest that holds nothing later than `at` (ms since the epoch; now when undefined). */
export interface Wanted {
  readonly backupId?: string;
  readonly at?: number;
}

/**
 * The backup that is wanted, its manifest opened. A backup counts from the moment whose data it holds, not from its
 * end. A newer manifest that cannot be read is named and refused, never stepped over: it may be the very one that is
 * wanted. Throws `backup-not-found`, `object-damaged`.
 */
export async function chooseBackup(
  { catalog, store }: { readonly catalog: BackupCatalog; readonly store: Vault['store'] },
  type: BackupType,
  { backupId, at = Infinity }: Wanted,
): Promise<Manifest> {
  if (backupId !== undefined) return catalog.read(type, backupId);
  const headers = (await catalog.headers(type)).filter((header) => heldAt(header) <= at);
  const [chosen] = headers;
  for (const { backupId: id } of await listManifests(store, type)) {
    if (!isValid(id)) continue;
    if (id !== chosen?.backupId && (decodeTime(id) > at || id < (chosen?.backupId ?? ''))) continue;
    // A clear header may have been changed: only opening it says what the backup really holds.
    await catalog.read(type, id).catch((error: unknown) => {
      if (errorCode(error) !== 'object-damaged') throw error;
      throw unreadable(id, error, headers.find(({ backupId: other }) => other !== id)?.backupId);
    });
  }
  if (chosen !== undefined) return catalog.read(type, chosen.backupId);
  throw new CodedError('backup-not-found', notFound(type, at, store.location(type)));
}

function notFound(type: BackupType, at: number, where: string): string {
  const by = at === Infinity ? 'there is' : `by ${new Date(at).toISOString()} there was`;
  return `${by} no complete backup of type ${type} in ${where}`;
}

function unreadable(id: string, cause: unknown, before: string | undefined): CodedError {
  const otherwise =
    before === undefined ? '' : ` To restore the newest one that can be read, give --backup ${before}.`;
  return new CodedError(
    'object-damaged',
    `backup ${id} may be the one that is wanted, and it cannot be read: ${errorText(cause)}.${otherwise}`,
    { cause, facts: { backupId: id, readable: before ?? null } },
  );
}
