import { errorCode, errorText } from '../../errors/coded-error.ts';
import type { Manifest, ManifestObject } from '../../model/manifest.ts';
import { accountFlags, hasFlag, type Ledger, transferFlags } from '../../stores/ledger/port.ts';
import type { BackupCatalog, BackupJob } from '../backup-taker.ts';
import { inParallel } from '../manifests/in-parallel.ts';
import { detailsOf, type LedgerDetails, type Position } from './manifest.ts';

/** The backup that the next one goes on from, or why there is none. */
export type Parent =
  { readonly manifest: Manifest; readonly details: LedgerDetails } | { readonly none: string };

/** A ledger that does not answer says nothing about the parent. */
const ledgerErrors = ['ledger-unavailable', 'ledger-version'];

/** Manifests of a chain read together, to hide a store's latency. */
const readTogether = 16;

/** Objects of the manifests of a chain that were read before, by the manifest's digest. */
export type KnownManifests = Map<string, readonly ManifestObject[]>;

type Listed = Awaited<ReturnType<BackupCatalog['headers']>>[number];

/**
 * The newest backup, if every manifest up to its full one is there and is the one that its child names by digest, and
 * if the ledger still holds its newest account and transfer: another cluster under the same address, or one that was
 * restored (all of whose rows are imported, and whose pending transfers have no timeouts), begins a new history.
 */
export async function chooseParent(
  job: BackupJob,
  ledger: Ledger,
  {
    clusterId,
    fullEvery,
    known,
  }: { readonly clusterId: string; readonly fullEvery: number; readonly known: KnownManifests },
): Promise<Parent> {
  if (job.order.parentDamaged !== undefined) return { none: job.order.parentDamaged };
  const headers = await job.catalog.headers('tigerbeetle');
  const newest = headers.find(({ backupId }) => backupId !== job.order.backupId);
  if (newest === undefined) return { none: 'there is no full backup to go on from' };
  const links = chainOf(newest, headers);
  if (typeof links === 'string') return { none: `the chain of ${newest.backupId} lacks its backup ${links}` };
  try {
    const manifest = await job.catalog.read('tigerbeetle', newest.backupId);
    const details = detailsOf(manifest);
    if (details.clusterId !== clusterId)
      return { none: `the backups before are of cluster ${details.clusterId}` };
    if (details.depth + 1 >= fullEvery && job.order.scope === 'incremental') {
      return { none: `the chain has ${details.depth + 1} backups` };
    }
    if (job.order.scope === 'incremental') {
      const lacking = await lackingOf(job, links, known);
      if (lacking !== undefined) return { none: `parent ${newest.backupId} is damaged: ${lacking}` };
    }
    const same =
      (await isThere(details.accounts, accountFlags.imported, (query) => ledger.queryAccounts(query))) &&
      (await isThere(details.transfers, transferFlags.imported, (query) => ledger.queryTransfers(query)));
    return same
      ? { manifest, details }
      : { none: `the ledger does not hold the history of backup ${newest.backupId}` };
  } catch (error) {
    job.signal.throwIfAborted();
    if (ledgerErrors.includes(errorCode(error))) throw error;
    return { none: `backup ${newest.backupId} cannot be gone on from: ${errorText(error)}` };
  }
}

/**
 * What is missing of the objects of the chain. A manifest that was read before is not read again: its digest, by which it
 * is listed, says that it is the same. A full backup does not ask: it looks at what it refers to.
 */
async function lackingOf(
  { catalog }: BackupJob,
  links: readonly Listed[],
  known: KnownManifests,
): Promise<string | undefined> {
  const chain = await inParallel(links, readTogether, async ({ backupId, manifestSha256 }) => {
    const objects = known.get(manifestSha256) ?? (await catalog.read('tigerbeetle', backupId)).body.objects;
    return [manifestSha256, objects] as const;
  });
  // Those of other chains are not asked for any more.
  known.clear();
  for (const [digest, objects] of chain) known.set(digest, objects);
  return catalog.lacking(chain.flatMap(([, objects]) => objects));
}

/**
 * The chain, newest first, or the id of the backup that it lacks. Clear headers are enough for the links: they carry the
 * digests, and are cheap to read for long chains.
 */
function chainOf(newest: Listed, headers: readonly Listed[]): readonly Listed[] | string {
  const listed = new Map(headers.map((header) => [header.backupId, header]));
  const chain = [newest];
  for (let child = newest; child.parent !== null;) {
    const parent = listed.get(child.parent.backupId);
    if (parent?.manifestSha256 !== child.parent.manifestSha256) return child.parent.backupId;
    chain.push(parent);
    child = parent;
  }
  return chain;
}

async function isThere(
  position: Position,
  importedFlag: number,
  query: (at: {
    timestampMin: bigint;
    timestampMax: bigint;
    limit: number;
  }) => Promise<readonly { readonly id: bigint; readonly flags: number }[]>,
): Promise<boolean> {
  const at = BigInt(position.timestamp);
  if (at === 0n) return true;
  const [found] = await query({ timestampMin: at, timestampMax: at, limit: 1 });
  return (
    found !== undefined &&
    String(found.id) === position.id &&
    hasFlag(found.flags, importedFlag) === position.imported
  );
}
