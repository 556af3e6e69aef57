import { CodedError, errorCode } from '../../../errors/coded-error.ts';
import type { Manifest } from '../../../model/manifest.ts';
import type { BackupCatalog } from '../../backup-taker.ts';
import { detailsOf, segmentsOf, type StoredSegment } from '../manifest.ts';

/** What is restored: all rows up to a timestamp, and the segments that hold them. */
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
  const chain =
    'backupId' in wanted
      ? await catalog.chain('tigerbeetle', wanted.backupId)
      : await coveringChain(catalog, wanted.at);
  const newest = chain.at(-1);
  if (newest === undefined) throw notFound();
  const upTo = 'at' in wanted ? wanted.at : BigInt(detailsOf(newest).asOf);
  const segments = segmentsOf(chain).filter(({ from }) => BigInt(from) < upTo);
  return { backupId: newest.header.backupId, segments, upTo };
}

/** The newest backup whose manifest can be read. Throws `backup-not-found`. */
export async function newestBackup(catalog: BackupCatalog): Promise<string> {
  const found = await readableBefore(catalog);
  if (found === undefined) throw notFound();
  return found;
}

/** The newest backup before another one, or of all, whose manifest can be read. */
export async function readableBefore(catalog: BackupCatalog, before?: string): Promise<string | undefined> {
  const headers = await catalog.headers('tigerbeetle');
  const newer = headers.findIndex(({ backupId }) => backupId === before);
  for (const { backupId } of headers.slice(newer + 1)) {
    if ((await unlessDamaged(catalog.read('tigerbeetle', backupId))) !== undefined) return backupId;
  }
  return undefined;
}

/**
 * The oldest backup that covers a moment (ns) and whose chain is whole: later ones hold all that earlier ones held. By
 * the ledger's own clock one covers it whose T is not before it. Only of the newest is the worker's clock believed:
 * nothing had happened between T and the moment before the ledger was asked for it, and no later backup says more.
 */
async function coveringChain(catalog: BackupCatalog, at: bigint): Promise<readonly Manifest[]> {
  const headers = [...(await catalog.headers('tigerbeetle'))].reverse();
  const first = headers.findIndex(({ endTime }) => nanoseconds(endTime) >= at);
  let newest: Manifest | undefined;
  let broken: CodedError | undefined;
  // Where none had ended later, the newest alone may cover it: clocks differ.
  for (const { backupId } of first === -1 ? headers.slice(-1) : headers.slice(first)) {
    const manifest = await unlessDamaged(catalog.read('tigerbeetle', backupId));
    if (manifest === undefined) continue;
    newest = manifest;
    if (BigInt(detailsOf(manifest).asOf) < at) continue;
    try {
      return await catalog.chain('tigerbeetle', backupId);
    } catch (error) {
      if (!(error instanceof CodedError) || !damages.includes(error.code)) throw error;
      broken ??= error;
    }
  }
  if (broken !== undefined) throw broken;
  newest ??= await catalog.read('tigerbeetle', await newestBackup(catalog));
  const { asOf, takenAt } = detailsOf(newest);
  if (BigInt(asOf) >= at || nanoseconds(takenAt) >= at) {
    return catalog.chain('tigerbeetle', newest.header.backupId);
  }
  throw new CodedError(
    'invalid-request',
    `No backup that can be read covers that moment: the newest one holds the ledger up to ${takenAt}.`,
    { facts: { newest: takenAt } },
  );
}

const damages = ['object-damaged', 'backup-not-found'];

async function unlessDamaged(reading: Promise<Manifest>): Promise<Manifest | undefined> {
  try {
    return await reading;
  } catch (error) {
    if (!damages.includes(errorCode(error))) throw error;
    return undefined;
  }
}

function nanoseconds(instant: string): bigint {
  return BigInt(Date.parse(instant)) * 1_000_000n;
}

function notFound(): CodedError {
  return new CodedError('backup-not-found', 'There is no backup of the ledger that can be read.');
}
