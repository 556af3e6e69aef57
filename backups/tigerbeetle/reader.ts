import { CodedError, errorCode, errorText } from '../../errors/coded-error.ts';
import type { ManifestObject } from '../../model/manifest.ts';
import type { Ledger } from '../../stores/ledger/port.ts';
import type { RehearsingReader } from '../backup-restorer.ts';
import type { BackupCatalog } from '../backup-taker.ts';
import { detailsOf } from './manifest.ts';
import { chooseBackup } from './restore/choose-backup.ts';
import { planOf, restoreTigerbeetle } from './restore/restore-tigerbeetle.ts';

/** Rows that are restored into memory at most: some 100 MB. */
const rehearsedRows = 100_000;

/** What a ledger refuses or gets wrong says that the backup cannot be restored. */
const refusals = ['balances-differ', 'restore-target-exists', 'restore-target-unusable'];

/** Reads backups of a ledger with all that they build on, and rehearses the restore of small ones. */
export function createLedgerReader(
  catalog: BackupCatalog,
  options: {
    /** Reads every value of a Parquet file; returns its rows. */
    readonly decodeParquet: (file: string) => Promise<number>;
    /** An empty ledger in memory, whose clock is ahead of every backup's. */
    readonly emptyLedger: () => Ledger;
    readonly maxRows?: number;
  },
): RehearsingReader {
  const { decodeParquet, emptyLedger, maxRows = rehearsedRows } = options;
  return {
    type: 'tigerbeetle',
    async read(backupId) {
      const chain = await catalog.chain('tigerbeetle', backupId);
      for (const manifest of chain) detailsOf(manifest);
      return {
        objects: chain.flatMap(({ body }) => body.objects),
        async decode(object, file) {
          let rows: number;
          try {
            rows = await decodeParquet(file);
          } catch (error) {
            throw damaged(object, `cannot be decoded: ${errorText(error)}`, error);
          }
          if (rows === object.rows) return null;
          throw damaged(object, `holds ${rows} rows, and ${object.rows ?? 0} were stored`);
        },
      };
    },
    async rehearse(backupId, { scratch, signal }) {
      const { rows } = planOf(await chooseBackup(catalog, { backupId }));
      if (rows > maxRows) {
        return `a restore was not tried: the backup holds ${rows} accounts and transfers, and at most ${maxRows} are restored into memory; restore it into a cluster of its own to see that it can be`;
      }
      const into = emptyLedger();
      try {
        await restoreTigerbeetle({
          ...{ catalog, wanted: { backupId }, into, scratch, signal, progress: () => undefined },
        });
        return null;
      } catch (error) {
        if (!refusals.includes(errorCode(error))) throw error;
        throw new CodedError('object-damaged', `The backup cannot be restored: ${errorText(error)}`, {
          cause: error,
          facts: { backupId },
        });
      } finally {
        await into.close();
      }
    },
  };
}

function damaged({ path, name }: ManifestObject, what: string, cause?: unknown): CodedError {
  return new CodedError('object-damaged', `${path} (${name}) ${what}`, { cause, facts: { path } });
}
