import type { BackupCatalog } from '../backups/backup-taker.ts';
import { listManifests } from '../backups/manifests/list-manifests.ts';
import type { Clock } from '../engine/clock.ts';
import type { Log } from '../engine/log.ts';
import { errorText } from '../errors/coded-error.ts';
import { type BackupType, backupTypes } from '../model/backup-kind.ts';
import type { Exclusion } from '../stores/exclusion/port.ts';
import type { MetadataStore } from '../stores/metadata/port.ts';
import type { ObjectStore } from '../stores/objects/port.ts';

export interface SweepDeps {
  readonly objects: Pick<ObjectStore, 'list' | 'delete'>;
  readonly catalog: Pick<BackupCatalog, 'headers' | 'read'>;
  readonly exclusion: Pick<Exclusion, 'admissions'>;
  readonly metadata: Pick<MetadataStore, 'open' | 'completedIds'>;
  readonly clock: Clock;
  readonly log: Log;
  /** An attempt is left alone until nothing was written to it for this long, ms. */
  readonly olderThanMs?: number;
}

/** What lies under `<type>/<backup id>/<attempt>/`. */
interface AttemptFolder {
  readonly type: BackupType;
  readonly backupId: string;
  readonly prefix: string;
  readonly keys: string[];
  newest: number;
}

const anHour = 3_600_000;

/**
 * Removes what attempts that failed have stored: objects of backups that have ended, older than an hour, and named by no
 * manifest. Resolves with how many were removed. Where a manifest of the type cannot be read, or one of a completed backup
 * is gone, what it may name stays.
 */
export async function sweepLeftovers(deps: SweepDeps, signal: AbortSignal): Promise<number> {
  const { objects, log } = deps;
  // Asked first: whatever is admitted later has nothing old in the store.
  const open = await openBackups(deps);
  let removed = 0;
  for (const type of backupTypes) {
    for (const folder of await unnamed(type, await leftovers(type, open, deps), { ...deps, signal })) {
      signal.throwIfAborted();
      for (const key of folder.keys) await objects.delete(key);
      removed += folder.keys.length;
      log.info(
        { prefix: folder.prefix, objects: folder.keys.length },
        'leftovers of a failed attempt removed',
      );
    }
  }
  return removed;
}

async function openBackups({ exclusion, metadata }: SweepDeps): Promise<ReadonlySet<string>> {
  const [admitted, recorded] = [await exclusion.admissions(), await metadata.open()];
  return new Set([...admitted, ...recorded].map(({ order }) => order.backupId));
}

/** Old folders of backups that have ended, but for those of the attempts that wrote the manifests. */
async function leftovers(
  type: BackupType,
  open: ReadonlySet<string>,
  { objects, catalog, clock, olderThanMs = anHour }: SweepDeps,
): Promise<readonly AttemptFolder[]> {
  const winners = new Set(
    (await catalog.headers(type)).map(({ backupId, attempt }) => `${type}/${backupId}/${attempt}/`),
  );
  const found = new Map<string, AttemptFolder>();
  // ULIDs begin with 0 until the year 3084; the archive's own objects do not.
  for await (const { key, modified } of objects.list(`${type}/0`)) {
    const [, backupId = '', attempt = '', ...rest] = key.split('/');
    const prefix = `${type}/${backupId}/${attempt}/`;
    if (rest.length === 0 || winners.has(prefix) || open.has(backupId)) continue;
    const folder = found.get(prefix) ?? { type, backupId, prefix, keys: [], newest: 0 };
    found.set(prefix, folder);
    folder.keys.push(key);
    folder.newest = Math.max(folder.newest, modified);
  }
  return [...found.values()].filter(({ newest }) => clock.now() - newest >= olderThanMs);
}

/** Those that no manifest may need. Every one of the type is asked: a full of a ledger names segments of earlier backups. */
async function unnamed(
  type: BackupType,
  folders: readonly AttemptFolder[],
  { objects, catalog, metadata, log, signal }: SweepDeps & { readonly signal: AbortSignal },
): Promise<readonly AttemptFolder[]> {
  if (folders.length === 0) return [];
  const manifests = new Set((await listManifests(objects, type)).map(({ backupId }) => backupId));
  const completed = await metadata.completedIds();
  const lost = ({ backupId }: AttemptFolder): boolean => completed.has(backupId) && !manifests.has(backupId);
  for (const { prefix } of folders.filter(lost))
    log.warn({ prefix }, 'the manifest of a completed backup is gone: its objects are kept');
  const others = folders.filter((folder) => !lost(folder));
  if (others.length === 0) return [];
  const prefixes = new Set(others.map(({ prefix }) => prefix));
  try {
    for (const backupId of manifests) {
      signal.throwIfAborted();
      const { body } = await catalog.read(type, backupId);
      for (const { path } of body.objects) prefixes.delete(`${path.split('/', 3).join('/')}/`);
    }
  } catch (error) {
    signal.throwIfAborted();
    log.warn({ type, error: errorText(error) }, 'leftovers are kept: a manifest cannot be read');
    return [];
  }
  return others.filter(({ prefix }) => prefixes.has(prefix));
}
