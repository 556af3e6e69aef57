import { errorCode, errorText } from '../../errors/coded-error.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { Ledger } from '../../stores/ledger/port.ts';
import type { BackupCatalog, BackupJob } from '../backup-taker.ts';
import { detailsOf, type LedgerDetails, type Position } from './manifest.ts';

/** The backup that the next one goes on from, or why there is none. */
export type Parent =
  { readonly manifest: Manifest; readonly details: LedgerDetails } | { readonly none: string };

/** A ledger that does not answer says nothing about the parent. */
const ledgerErrors = ['ledger-unavailable', 'ledger-version'];

type Listed = Awaited<ReturnType<BackupCatalog['headers']>>[number];

/**
 * The newest backup, if every manifest up to its full one is there and is the one that its child names by digest, and
 * if the ledger still holds its newest account and transfer: another cluster under the same address, or one that was
 * restored to an earlier time, begins a new history.
 */
export async function chooseParent(
  job: BackupJob,
  ledger: Ledger,
  { clusterId, fullEvery }: { readonly clusterId: string; readonly fullEvery: number },
): Promise<Parent> {
  const headers = await job.catalog.headers('tigerbeetle');
  const newest = headers.find(({ backupId }) => backupId !== job.order.backupId);
  if (newest === undefined) return { none: 'there is no full backup to go on from' };
  const broken = brokenLink(newest, headers);
  if (broken !== undefined) return { none: `the chain of ${newest.backupId} lacks its backup ${broken}` };
  try {
    const manifest = await job.catalog.read('tigerbeetle', newest.backupId);
    const details = detailsOf(manifest);
    if (details.clusterId !== clusterId)
      return { none: `the backups before are of cluster ${details.clusterId}` };
    if (details.depth + 1 >= fullEvery && job.order.scope === 'incremental') {
      return { none: `the chain has ${details.depth + 1} backups` };
    }
    const same =
      (await isThere(details.accounts, (query) => ledger.queryAccounts(query))) &&
      (await isThere(details.transfers, (query) => ledger.queryTransfers(query)));
    return same
      ? { manifest, details }
      : { none: `the ledger does not hold the history of backup ${newest.backupId}` };
  } catch (error) {
    job.signal.throwIfAborted();
    if (ledgerErrors.includes(errorCode(error))) throw error;
    return { none: `backup ${newest.backupId} cannot be gone on from: ${errorText(error)}` };
  }
}

/** Clear headers are enough for the links: they carry the digests, and are cheap to read for long chains. */
function brokenLink(newest: Listed, headers: readonly Listed[]): string | undefined {
  const listed = new Map(headers.map((header) => [header.backupId, header]));
  let child = newest;
  while (child.parent !== null) {
    const parent = listed.get(child.parent.backupId);
    if (parent?.manifestSha256 !== child.parent.manifestSha256) return child.parent.backupId;
    child = parent;
  }
  return undefined;
}

async function isThere(
  position: Position,
  query: (at: {
    timestampMin: bigint;
    timestampMax: bigint;
    limit: number;
  }) => Promise<readonly { readonly id: bigint }[]>,
): Promise<boolean> {
  const at = BigInt(position.timestamp);
  if (at === 0n) return true;
  const [found] = await query({ timestampMin: at, timestampMax: at, limit: 1 });
  return found !== undefined && String(found.id) === position.id;
}
