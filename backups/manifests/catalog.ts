import type { Log } from '../../engine/log.ts';
import { CodedError } from '../../errors/coded-error.ts';
import type { Manifest, ManifestHeader } from '../../model/manifest.ts';
import type { BackupCatalog } from '../backup-taker.ts';
import { openObject, type ReadableVault } from '../sealing/open-object.ts';
import { lackingObject } from './lacking-object.ts';
import { headerLister } from './list-headers.ts';
import { readManifest } from './read-manifest.ts';

/** The catalog of a vault. */
export function createBackupCatalog(vault: ReadableVault, log: Log): BackupCatalog {
  return {
    headers: headerLister(vault.store, log),
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
