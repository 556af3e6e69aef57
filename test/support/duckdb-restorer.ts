/** A process that restores a backup, to be killed: folder of the vault and keys, backup, target. */
import { join } from 'node:path';
import { restoreDuckdb } from '../../backups/duckdb/restore/restore-duckdb.ts';
import { createBackupCatalog } from '../../backups/manifests/catalog.ts';
import { openLocalKeyRing } from '../../stores/keys/local.ts';
import { createFolderStore } from '../../stores/objects/folder.ts';
import { restoreMemory } from './duckdb-backups.ts';
import { recordingLog } from './recording-log.ts';

const [folder = '', backupId = '', to = ''] = process.argv.slice(2);
const keys = await openLocalKeyRing({
  keyring: join(folder, 'keyring.json'),
  recoveryPublicKey: join(folder, 'recovery.pem'),
});
const store = await createFolderStore(join(folder, 'store'));
process.send?.('begins');
await restoreDuckdb({
  catalog: createBackupCatalog({ store, keys }, recordingLog().log),
  ...{ backupId, to, memoryLimit: restoreMemory },
  signal: new AbortController().signal,
  progress: () => undefined,
});
process.disconnect();
