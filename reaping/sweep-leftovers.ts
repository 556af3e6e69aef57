import type { BackupCatalog } from '../backups/backup-taker.ts';
import type { Clock } from '../engine/clock.ts';
import type { Log } from '../engine/log.ts';
import { type BackupType, backupTypes } from '../model/backup-kind.ts';
import { manifestPath } from '../model/manifest.ts';
import type { Exclusion } from '../stores/exclusion/port.ts';
import type { MetadataStore } from '../stores/metadata/port.ts';
import type { ObjectStore } from '../stores/objects/port.ts';

export interface SweepDeps {
  readonly objects: Pick<ObjectStore, 'list' | 'head' | 'delete'>;
  readonly catalog: Pick<BackupCatalog, 'headers' | 'read'>;
  readonly exclusion: Pick<Exclusion, 'admissions'>;
  readonly metadata: Pick<MetadataStore, 'open'>;
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
 * manifest. Resolves with how many were removed. A backup whose manifest cannot be read keeps all that it has.
 */
export async function sweepLeftovers(deps: SweepDeps, signal: AbortSignal): Promise<number> {
  const { objects, log } = deps;
  // Asked first: whatever is admitted later has nothing old in the store.
  const open = await openBackups(deps);
  let removed = 0;
  for (const type of backupTypes) {
    for (const folder of await leftovers(type, open, deps)) {
      signal.throwIfAborted();
      if (await isNamed(folder, deps)) continue;
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

/** Whether a manifest may need it. One that cannot be read is not judged. */
async function isNamed({ type, backupId, prefix }: AttemptFolder, deps: SweepDeps): Promise<boolean> {
  if ((await deps.objects.head(manifestPath(type, backupId))) === undefined) return false;
  try {
    const { body } = await deps.catalog.read(type, backupId);
    return body.objects.some(({ path }) => path.startsWith(prefix));
  } catch (error) {
    deps.log.warn({ prefix, error: String(error) }, 'leftovers are kept: their manifest cannot be read');
    return true;
  }
}
