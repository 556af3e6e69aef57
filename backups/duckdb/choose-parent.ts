import { errorText } from '../../errors/coded-error.ts';
import type { Manifest, ManifestHeader } from '../../model/manifest.ts';
import type { BackupJob } from '../backup-taker.ts';
import { detailsOf, type DuckdbDetails } from './manifest.ts';

/**
 * The backup that an incremental is made on, or why there is none. `known` then tells the fingerprints of what has not
 * changed since the newest backup, though nothing of it is gone on from.
 */
export type Parent =
  | { readonly manifest: Manifest; readonly details: DuckdbDetails }
  | { readonly none: string; readonly known?: DuckdbDetails };

/** The backup whose fingerprints hold for what has not changed since. */
export function knownOf(parent: Parent): DuckdbDetails | undefined {
  return 'details' in parent ? parent.details : parent.known;
}

/**
 * The newest backup, if no verification has found it damaged, its chain can be read, all its objects are there, and it
 * is worth going on with: taken by the same version of DuckDB (hashes are comparable only then), of fewer than
 * `fullEvery` backups, and with increments that together are smaller than their full backup.
 */
export async function chooseParent(job: BackupJob, engine: string, fullEvery: number): Promise<Parent> {
  if (job.order.parentDamaged !== undefined) return { none: job.order.parentDamaged };
  const newest = await newestBefore(job);
  if (newest === undefined) return { none: 'there is no full backup to go on from' };
  try {
    const chain = await job.catalog.chain('duckdb', newest.backupId);
    const [full, manifest] = [chain[0], chain.at(-1)];
    if (full === undefined || manifest === undefined) return { none: 'its chain is empty' };
    const details = detailsOf(manifest);
    if (details.engine !== engine) {
      return { none: `the backups before were taken by DuckDB ${details.engine}, and this is ${engine}` };
    }
    const known = details;
    if (details.depth + 1 >= fullEvery) return { none: `the chain has ${details.depth + 1} backups`, known };
    const grown = chain.slice(1).reduce((sum, each) => sum + ownBytes(each), 0);
    if (grown > ownBytes(full))
      return { none: 'the increments of the chain are larger than its full backup', known };
    const lacking = await job.catalog.lacking(manifest.body.objects);
    if (lacking !== undefined) return { none: `parent ${newest.backupId} is damaged: ${lacking}` };
    return { manifest, details };
  } catch (error) {
    job.signal.throwIfAborted();
    return { none: `backup ${newest.backupId} cannot be gone on from: ${errorText(error)}` };
  }
}

/**
 * For a full backup that was asked for: no parent. Fingerprints are not taken from a backup that was found damaged, nor
 * from another version of DuckDB; where none can be read, all are taken anew.
 */
export async function noParent(job: BackupJob, engine: string): Promise<Parent> {
  const none = { none: '' };
  if (job.order.parentDamaged !== undefined) return none;
  try {
    const newest = await newestBefore(job);
    if (newest === undefined) return none;
    const known = detailsOf(await job.catalog.read('duckdb', newest.backupId));
    return known.engine === engine ? { ...none, known } : none;
  } catch {
    job.signal.throwIfAborted();
    return none;
  }
}

async function newestBefore({ catalog, order }: BackupJob): Promise<ManifestHeader | undefined> {
  return (await catalog.headers('duckdb')).find(({ backupId }) => backupId !== order.backupId);
}

function ownBytes({ header, body }: Manifest): number {
  return body.objects
    .filter(({ sealedBy }) => sealedBy === header.backupId)
    .reduce((sum, { sealedBytes }) => sum + sealedBytes, 0);
}
