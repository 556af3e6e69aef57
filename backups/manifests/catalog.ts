import type { Log } from '../../engine/log.ts';
import { CodedError, errorCode, errorText } from '../../errors/coded-error.ts';
import type { BackupType } from '../../model/backup-kind.ts';
import type { Manifest, ManifestHeader } from '../../model/manifest.ts';
import type { StoredObject } from '../../stores/objects/port.ts';
import type { BackupCatalog } from '../backup-taker.ts';
import { openObject, type ReadableVault } from '../sealing/open-object.ts';
import { inParallel } from './in-parallel.ts';
import { lackingObject } from './lacking-object.ts';
import { readClearManifest, readManifest } from './read-manifest.ts';

type ListedHeader = ManifestHeader & { readonly manifestSha256: string };

/** Manifests read together: enough to hide a store's latency. */
const together = 16;

/**
 * ULIDs begin with 0 until the year 3084: with it, what lies beside the backups of a type (the Parquet objects) is not
 * listed.
 */
const idsBeginWith = '0';

/** The catalog of a vault. A header is read again only when its manifest's size or time has changed. */
export function createBackupCatalog(vault: ReadableVault, log: Log): BackupCatalog {
  const known = new Map<string, { readonly seen: string; readonly header: ListedHeader | undefined }>();

  const header = async (type: BackupType, listed: ListedManifest): Promise<ListedHeader | undefined> => {
    const seen = `${listed.bytes} ${listed.modified}`;
    const before = known.get(listed.key);
    if (before?.seen === seen) return before.header;
    const read = await readHeader(vault, type, listed, log);
    known.set(listed.key, { seen, header: read });
    return read;
  };

  return {
    async headers(type) {
      const listed = await listManifests(vault, type);
      const found = await inParallel(listed, together, (manifest) => header(type, manifest));
      const keys = new Set(listed.map(({ key }) => key));
      for (const key of known.keys()) {
        if (key.startsWith(`${type}/`) && !keys.has(key)) known.delete(key);
      }
      return found.filter((each) => each !== undefined).sort(newestFirst);
    },
    read: (type, backupId) => readManifest(vault, type, backupId),
    async chain(type, backupId) {
      const chain: Manifest[] = [await readManifest(vault, type, backupId)];
      for (let [child] = chain; child?.header.parent != null; [child] = chain) {
        chain.unshift(await readParent(vault, child, child.header.parent));
      }
      return chain;
    },
    lacking: (objects) => lackingObject(vault.store, objects),
    open: (object) => openObject(vault, object),
  };
}

interface ListedManifest extends StoredObject {
  readonly backupId: string;
}

async function listManifests(vault: ReadableVault, type: BackupType): Promise<ListedManifest[]> {
  const listed: ListedManifest[] = [];
  for await (const object of vault.store.list(`${type}/${idsBeginWith}`)) {
    const [, backupId, file, ...rest] = object.key.split('/');
    if (backupId !== undefined && file === 'manifest.json' && rest.length === 0) {
      listed.push({ ...object, backupId });
    }
  }
  return listed;
}

/** Undefined, and logged, for what is damaged, foreign or deleted meanwhile; a store that does not answer is thrown. */
async function readHeader(
  vault: ReadableVault,
  type: BackupType,
  { backupId, key }: ListedManifest,
  log: Log,
): Promise<ListedHeader | undefined> {
  try {
    const { header, sha256 } = await readClearManifest(vault.store, type, backupId);
    return { ...header, manifestSha256: sha256 };
  } catch (error) {
    if (!['object-damaged', 'backup-not-found'].includes(errorCode(error))) throw error;
    log.warn({ manifest: key, error: errorText(error) }, 'manifest left out');
    return undefined;
  }
}

function newestFirst(a: ListedHeader, b: ListedHeader): number {
  if (a.startTime !== b.startTime) return a.startTime < b.startTime ? 1 : -1;
  return a.backupId < b.backupId ? 1 : -1;
}

async function readParent(
  vault: ReadableVault,
  child: Manifest,
  parent: NonNullable<ManifestHeader['parent']>,
): Promise<Manifest> {
  const { type, backupId } = child.header;
  const manifest = await readManifest(vault, type, parent.backupId);
  // Digests also see to it that a chain ends: none can run in a circle.
  if (manifest.sha256 === parent.manifestSha256) return manifest;
  throw new CodedError(
    'object-damaged',
    `backup ${backupId} was made on another manifest of its parent ${parent.backupId} than the one in the store`,
    { facts: { backupId: parent.backupId } },
  );
}
