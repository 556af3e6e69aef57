import { createBackupCatalog } from '../../backups/manifests/catalog.ts';
import { describeBackup } from '../../backups/manifests/describe-backup.ts';
import { writeManifest } from '../../backups/manifests/write-manifest.ts';
import { createParquetTaker } from '../../backups/parquet/take-backup.ts';
import { readAddressKey } from '../../backups/sealing/address-key.ts';
import { createObjectSink } from '../../backups/sealing/object-sink.ts';
import type { Vault } from '../../backups/sealing/open-object.ts';
import type { SealShared } from '../../backups/sealing/shared-object.ts';
import type { Log } from '../../engine/log.ts';
import type { BackupOrder } from '../../model/backup-order.ts';
import type { Manifest } from '../../model/manifest.ts';
import { anOrder } from './orders.ts';

const nothing = (): void => undefined;
export const quietLog: Log = { info: nothing, warn: nothing, error: nothing };

/** Takes a backup of an archive as the worker does, from the address key to the manifest, in a real vault. */
export async function backUpArchive(
  vault: Vault & { readonly seal?: SealShared },
  folder: string,
  changes: Partial<BackupOrder> = {},
): Promise<Manifest> {
  const order = anOrder('parquet-replication', changes);
  const { signal } = new AbortController();
  const startTime = new Date().toISOString();
  const taker = createParquetTaker({ folder, addressKey: await readAddressKey(vault) });
  const taken = await taker.take({
    ...{ order, startTime, signal, log: quietLog, scratch: '/nonexistent', progress: nothing },
    sink: createObjectSink(vault, { order, signal, progress: nothing }, vault.seal),
    catalog: createBackupCatalog(vault, quietLog),
  });
  const by = {
    ...{ order, startTime, endTime: new Date().toISOString(), worker: 'test:1', fencingToken: 1 },
    ...{ retentionUntil: null, software: 'test' },
  };
  return writeManifest(vault, describeBackup(taken, by, vault.keys));
}
