import { CodedError, errorCode, errorText } from '../../errors/coded-error.ts';
import type { BackupJob } from '../backup-taker.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { Database } from '../duckdb/database.ts';
import type { Parent } from './choose-parent.ts';
import { createState } from './ledger-state.ts';
import { detailsOf, type Position, segmentsOf, type StoredSegment } from './manifest.ts';
import { carrySums } from './sums.ts';

/** What a full backup goes on from, instead of reading it from the ledger. */
export interface Earlier {
  readonly segments: readonly StoredSegment[];
  /** Where they end. */
  readonly accounts: Position;
  readonly transfers: Position;
  /** Timestamp of the newest transfer that the sums count. */
  readonly summedTo: bigint;
}

export interface Begun {
  /** Undefined where all of the ledger is read. */
  readonly earlier: Earlier | undefined;
  /** Full backups, this one counted, since one that read all of the ledger. */
  readonly since: number;
  readonly notes: readonly string[];
}

/**
 * Makes the tables that transfers are summed up in, and begins them with the sums of the full backup before, if there is
 * one that can be read and it is not this one's turn to read all of the ledger.
 */
export async function beginSums(
  job: BackupJob,
  parent: Parent,
  { database, readAllEvery }: { readonly database: Database; readonly readAllEvery: number },
): Promise<Begun> {
  await createState(database);
  const nothing = { earlier: undefined, since: 0 };
  if ('none' in parent) return { ...nothing, notes: [] };
  const since = parent.details.since + 1;
  if (since >= readAllEvery) return { ...nothing, notes: [] };
  try {
    const chain = await job.catalog.chain('tigerbeetle', parent.manifest.header.backupId);
    const segments = segmentsOf(chain);
    const summedTo = await carryFrom(job, chain[0] ?? parent.manifest, database);
    const { accounts, transfers } = parent.details;
    return { earlier: { segments, accounts, transfers, summedTo }, since, notes: [] };
  } catch (error) {
    job.signal.throwIfAborted();
    if (!['object-damaged', 'object-not-found', 'backup-not-found'].includes(errorCode(error))) throw error;
    return { ...nothing, notes: [`all of the ledger was read anew: ${errorText(error)}`] };
  }
}

/** Returns up to which transfer its sums count. */
async function carryFrom(
  { catalog, scratch: folder, signal, progress }: BackupJob,
  full: Manifest,
  database: Database,
): Promise<bigint> {
  const { sums, transfers } = detailsOf(full);
  if (sums === null) return 0n;
  const objectAt = (path: string) => {
    const found = full.body.objects.find((object) => object.path === path);
    if (found !== undefined) return found;
    throw new CodedError('object-damaged', `The manifest of backup ${full.header.backupId} lacks ${path}.`, {
      facts: { path },
    });
  };
  await carrySums(
    { balances: objectAt(sums.balances), pendings: objectAt(sums.pendings) },
    { catalog, database, folder, signal, progress },
  );
  return BigInt(transfers.timestamp);
}
