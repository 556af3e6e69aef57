import type { BackupCatalog } from '../../backups/backup-taker.ts';
import type { Wanted } from '../../backups/restoring/choose-backup.ts';
import {
  type RestoredLedger,
  restoreTigerbeetle,
} from '../../backups/tigerbeetle/restore/restore-tigerbeetle.ts';
import { CodedError } from '../../errors/coded-error.ts';
import { clusterLedger } from '../wiring/ledger.ts';

/** Restores into a TigerBeetle cluster that is empty, or holds the beginning of the same history; see `restoreTigerbeetle`. */
export async function restoreLedger(
  catalog: BackupCatalog,
  order: {
    /** `host:port`, by commas. */
    readonly to: string;
    readonly clusterId: string;
    readonly wanted: Wanted;
    readonly dryRun: boolean;
    readonly scratch: string;
  },
  signal: AbortSignal,
): Promise<RestoredLedger> {
  const { to, clusterId, wanted, ...rest } = order;
  const into = await clusterLedger('--to', { addresses: to, clusterId });
  try {
    return await restoreTigerbeetle({
      ...{ catalog, into, signal, progress: () => undefined, ...rest },
      wanted: await ledgerWanted(catalog, wanted),
    });
  } finally {
    await into.close();
  }
}

/** A moment in ns; without one, the newest backup. */
async function ledgerWanted(catalog: BackupCatalog, wanted: Wanted) {
  if (wanted.backupId !== undefined) return { backupId: wanted.backupId };
  if (wanted.at !== undefined) return { at: BigInt(wanted.at) * 1_000_000n };
  const [newest] = await catalog.headers('tigerbeetle');
  if (newest === undefined) throw new CodedError('backup-not-found', 'There is no backup of the ledger.');
  return { backupId: newest.backupId };
}
