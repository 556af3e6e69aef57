import { errorCode, errorText } from '../../../errors/coded-error.ts';
import { manifestPath } from '../../../model/manifest.ts';
import type { BackupCatalog } from '../../backup-taker.ts';
import { laterByClock } from '../../restoring/later-by-clock.ts';
import type { PassedOver } from '../../restoring/passed-over.ts';
import type { Vault } from '../../sealing/open-object.ts';
import { readableBefore, type Wanted } from './choose-backup.ts';

interface Among {
  readonly catalog: BackupCatalog;
  readonly store: Vault['store'];
}

/**
 * What was passed over when a backup was chosen: of the newest, those after it that cannot be read, and one that the clock
 * calls newer; of a moment (undefined: the newest), those before it that may have been enough; of a backup, none.
 */
export async function passedOver(
  among: Among,
  wanted: Wanted | undefined,
  chosen: string,
): Promise<readonly PassedOver[]> {
  const { catalog } = among;
  if (wanted === undefined) {
    const headers = await catalog.headers('tigerbeetle');
    const later = headers
      .filter(({ backupId }) => backupId === chosen)
      .flatMap((header) => laterByClock(header, headers));
    return [...later, ...(await unreadableBetween(among, { after: chosen }))];
  }
  if ('backupId' in wanted) return [];
  const older = await readableBefore(catalog, chosen);
  return unreadableBetween(among, { ...(older === undefined ? {} : { after: older }), before: chosen });
}

/**
 * Of what lies in the store, the backups after one and before another (ids, in time), that cannot be read, oldest
 * first. Those that can be read were not wanted.
 */
async function unreadableBetween(
  { catalog, store }: Among,
  { after = '', before = '~' }: { readonly after?: string; readonly before?: string },
): Promise<readonly PassedOver[]> {
  const manifests = new Map<string, boolean>();
  // As the catalog lists them: ULIDs begin with 0.
  for await (const { key } of store.list('tigerbeetle/0')) {
    const [, id = '', file] = key.split('/');
    if (id > after && id < before) manifests.set(id, manifests.get(id) === true || file === 'manifest.json');
  }
  const found: PassedOver[] = [];
  for (const [backupId, there] of [...manifests].sort()) {
    const why = there ? await unreadable(catalog, backupId) : noManifest(backupId);
    if (why !== undefined) found.push({ backupId, why });
  }
  return found;
}

async function unreadable(catalog: BackupCatalog, backupId: string): Promise<string | undefined> {
  try {
    await catalog.read('tigerbeetle', backupId);
    return undefined;
  } catch (error) {
    if (!['object-damaged', 'backup-not-found'].includes(errorCode(error))) throw error;
    return errorText(error);
  }
}

function noManifest(backupId: string): string {
  return `${manifestPath('tigerbeetle', backupId)} is not in the store: the backup runs, was never completed, or its manifest was deleted`;
}
