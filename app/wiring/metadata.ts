import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { BackupCatalog } from '../../backups/backup-taker.ts';
import type { Log } from '../../engine/log.ts';
import { rebuildMetadata } from '../../recording/rebuild-metadata.ts';
import type { KeyRing } from '../../stores/keys/port.ts';
import { openDuckdbMetadata } from '../../stores/metadata/duckdb.ts';
import type { MetadataStore } from '../../stores/metadata/port.ts';
import type { ObjectStore } from '../../stores/objects/port.ts';

/** What metadata can be made from again. */
export interface Evidence {
  readonly catalog: BackupCatalog;
  readonly objects: ObjectStore;
  readonly keys: KeyRing;
  readonly log: Log;
}

/** Opens this control plane's metadata; a new file is first filled from the object store. */
export async function openMetadata(file: string, evidence: Evidence): Promise<MetadataStore> {
  await mkdir(dirname(file), { recursive: true });
  const metadata = await openDuckdbMetadata({ path: file, log: evidence.log });
  try {
    if ((await metadata.cursor()) === undefined) {
      const report = await rebuildMetadata({ ...evidence, metadata });
      evidence.log.info({ ...report }, 'metadata made from the object store');
    }
    return metadata;
  } catch (error) {
    await metadata.close();
    throw error;
  }
}
