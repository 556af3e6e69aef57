import type { Configuration } from '../config/configuration.ts';
import type { Log } from '../engine/log.ts';
import { createBackupCatalog } from '../backups/manifests/catalog.ts';
import { rebuildMetadata, type RebuildReport } from '../recording/rebuild-metadata.ts';
import { openDuckdbMetadata } from '../stores/metadata/duckdb.ts';
import { openReadableVault } from './wiring/vault.ts';

/**
 * Makes the metadata file of the configuration from manifests and event objects, with object store and key alone. Throws
 * `metadata-held` while a control plane has it open.
 */
export async function rebuildMetadataFile(configuration: Configuration, log: Log): Promise<RebuildReport> {
  const vault = await openReadableVault(configuration);
  const metadata = await openDuckdbMetadata({ path: configuration.metadata.file, log });
  try {
    const catalog = createBackupCatalog(vault, log);
    return await rebuildMetadata({ catalog, objects: vault.store, keys: vault.keys, metadata, log });
  } finally {
    await metadata.close();
  }
}
