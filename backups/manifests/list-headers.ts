import type { Log } from '../../engine/log.ts';
import { errorCode, errorText } from '../../errors/coded-error.ts';
import type { BackupType } from '../../model/backup-kind.ts';
import type { ManifestHeader } from '../../model/manifest.ts';
import type { ReadableVault } from '../sealing/open-object.ts';
import { inParallel } from './in-parallel.ts';
import { type ListedManifest, listManifests } from './list-manifests.ts';
import { readClearManifest } from './read-manifest.ts';

export type ListedHeader = ManifestHeader & { readonly manifestSha256: string };

/** Manifests read together: enough to hide a store's latency. */
const together = 16;

/**
 * Lists the clear headers of a store's backups of a type, newest first; no key is needed, and nothing is proven. A header
 * is read again only when its manifest's size or time has changed.
 */
export function headerLister(
  store: ReadableVault['store'],
  log: Log,
): (type: BackupType) => Promise<ListedHeader[]> {
  const known = new Map<string, { readonly seen: string; readonly header: ListedHeader | undefined }>();

  const header = async (type: BackupType, listed: ListedManifest): Promise<ListedHeader | undefined> => {
    const seen = `${listed.bytes} ${listed.modified}`;
    const before = known.get(listed.key);
    if (before?.seen === seen) return before.header;
    const read = await readHeader(store, type, { listed, log });
    known.set(listed.key, { seen, header: read });
    return read;
  };

  return async (type) => {
    const listed = await listManifests(store, type);
    const found = await inParallel(listed, together, (manifest) => header(type, manifest));
    const keys = new Set(listed.map(({ key }) => key));
    for (const key of known.keys()) {
      if (key.startsWith(`${type}/`) && !keys.has(key)) known.delete(key);
    }
    return found.filter((each) => each !== undefined).sort(newestFirst);
  };
}

/** Undefined, and logged, for what is damaged, foreign or deleted meanwhile; a store that does not answer is thrown. */
async function readHeader(
  store: ReadableVault['store'],
  type: BackupType,
  { listed: { backupId, key }, log }: { readonly listed: ListedManifest; readonly log: Log },
): Promise<ListedHeader | undefined> {
  try {
    const { header, sha256 } = await readClearManifest(store, type, backupId);
    return { ...header, manifestSha256: sha256 };
  } catch (error) {
    if (!['object-damaged', 'backup-not-found'].includes(errorCode(error))) throw error;
    log.warn({ manifest: key, error: errorText(error) }, 'manifest left out');
    return undefined;
  }
}

/** By the fencing token, which never falls: between two start times the clock may have been set back. */
export function newestFirst(a: ListedHeader, b: ListedHeader): number {
  if (a.fencingToken !== b.fencingToken) return b.fencingToken - a.fencingToken;
  if (a.startTime !== b.startTime) return a.startTime < b.startTime ? 1 : -1;
  return a.backupId < b.backupId ? 1 : -1;
}
