import { CodedError } from '../../../errors/coded-error.ts';
import type { BackupCatalog } from '../../backup-taker.ts';
import { detailsOf, segmentsOf, type StoredSegment } from '../manifest.ts';

/** What is restored: all rows of the segments up to a timestamp. */
export interface Chosen {
  readonly backupId: string;
  readonly segments: readonly StoredSegment[];
  /** ns; pending transfers that had expired by then are released. */
  readonly upTo: bigint;
}

/** A backup by its id, or a moment in ns since the epoch. */
export type Wanted = { readonly backupId: string } | { readonly at: bigint };

/**
 * A backup with all that its chain holds; for a moment, the oldest backup that covers it. Throws `backup-not-found`,
 * `object-damaged`, and `invalid-request` for a moment after the newest backup.
 */
export async function chooseBackup(catalog: BackupCatalog, wanted: Wanted): Promise<Chosen> {
  const backupId = 'backupId' in wanted ? wanted.backupId : await covering(catalog, wanted.at);
  const chain = await catalog.chain('tigerbeetle', backupId);
  const newest = chain.at(-1);
  const asOf = newest === undefined ? 0n : BigInt(detailsOf(newest).asOf);
  return { backupId, segments: segmentsOf(chain), upTo: 'at' in wanted ? wanted.at : asOf };
}

async function covering(catalog: BackupCatalog, at: bigint): Promise<string> {
  const headers = await catalog.headers('tigerbeetle');
  let found: string | undefined;
  let newest: string | undefined;
  for (const { backupId } of headers) {
    const { asOf, takenAt } = detailsOf(await catalog.read('tigerbeetle', backupId));
    newest ??= takenAt;
    // Nothing had happened between T and the moment before the ledger was asked for it.
    if (BigInt(asOf) < at && BigInt(Date.parse(takenAt)) * 1_000_000n < at) break;
    found = backupId;
  }
  if (found !== undefined) return found;
  if (newest === undefined) throw new CodedError('backup-not-found', 'There is no backup of the ledger.');
  throw new CodedError(
    'invalid-request',
    `No backup covers that moment yet: the newest one holds the ledger up to ${newest}.`,
    { facts: { newest } },
  );
}
