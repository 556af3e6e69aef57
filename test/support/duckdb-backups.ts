import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Selection } from '../../backups/backup-restorer.ts';
import type { BackupCatalog, BackupTaker, Taken } from '../../backups/backup-taker.ts';
import { catalogName, type Database, openDatabase } from '../../backups/duckdb/database.ts';
import { restoreDuckdb, type RestoredDuckdb } from '../../backups/duckdb/restore/restore-duckdb.ts';
import { createDuckdbTaker, type DuckdbTakerOptions } from '../../backups/duckdb/take-backup.ts';
import { createBackupCatalog } from '../../backups/manifests/catalog.ts';
import { createObjectSink } from '../../backups/sealing/object-sink.ts';
import type { Vault } from '../../backups/sealing/open-object.ts';
import type { BackupScope } from '../../model/backup-kind.ts';
import type { Manifest } from '../../model/manifest.ts';
import { storeManifest } from './manifests.ts';
import { anOrder } from './orders.ts';
import { recordingLog } from './recording-log.ts';
import { folderVault } from './vault.ts';

export interface BackedUp {
  readonly id: string;
  readonly taken: Taken;
  readonly manifest: Manifest;
  /** Objects that this backup sealed itself. */
  readonly own: Taken['objects'];
}

/** A DuckDB file, a real store and real keys; backups of it and restores from them. */
export interface DuckdbBackups {
  readonly file: string;
  readonly vault: Vault & { readonly root: string };
  readonly catalog: BackupCatalog;
  /** Puts the clock forward, or back where it is less than 0. */
  setClock(minutes: number): void;
  /** Runs statements in the source, which is closed again afterwards. */
  change(statements: readonly string[]): Promise<void>;
  backup(
    scope: BackupScope,
    with_?: { taker?: BackupTaker; signal?: AbortSignal; parentDamaged?: string },
  ): Promise<BackedUp>;
  restore(id: string, with_?: Selection & { to?: string }): Promise<RestoredDuckdb & { path: string }>;
}

export async function duckdbBackups(
  folder: string,
  options: Partial<DuckdbTakerOptions> & {
    readonly storageVersion?: string;
    readonly keys?: Vault['keys'];
  } = {},
): Promise<DuckdbBackups> {
  const { storageVersion = 'v1.5.0', keys, ...taking } = options;
  const file = taking.file ?? join(folder, 'hot tier.duckdb');
  const vault = await folderVault(folder, keys);
  const catalog = createBackupCatalog(vault, recordingLog().log);
  let taken = 0;
  let set = 0;
  const now = (): number => Date.UTC(2026, 0, 1, 0, taken + set);
  const own = createDuckdbTaker({ clock: { now }, ...taking, file });
  let restored = 0;
  return {
    file,
    vault,
    catalog,
    setClock(minutes) {
      set += minutes;
    },
    change: (statements) => withDatabase(file, (source) => runAll(source, statements), storageVersion),
    async backup(scope, { taker = own, signal = new AbortController().signal, ...changes } = {}) {
      const order = anOrder(scope === 'full' ? 'duckdb-full' : 'duckdb-incremental', changes);
      taken += 1;
      const startTime = new Date(now()).toISOString();
      const scratch = await mkdtemp(join(folder, 'job-'));
      const progress = (): void => undefined;
      try {
        const sink = createObjectSink(vault, { order, signal, progress });
        const job = { order, startTime, sink, catalog, scratch, progress, signal, log: recordingLog().log };
        const result = await taker.take(job);
        const by = { order, startTime, endTime: startTime, fencingToken: taken };
        const manifest = await storeManifest(vault, result, by);
        const sealed = result.objects.filter(({ sealedBy }) => sealedBy === order.backupId);
        return { id: order.backupId, taken: result, manifest, own: sealed };
      } finally {
        await rm(scratch, { recursive: true, force: true });
      }
    },
    async restore(backupId, { to, ...selection } = {}) {
      const path = to ?? join(folder, `restored-${++restored}`, 'hot tier.duckdb');
      await mkdir(join(folder, `restored-${restored}`), { recursive: true });
      const result = await restoreDuckdb({
        ...{ catalog, backupId, to: path, memoryLimit: restoreMemory, ...selection },
        signal: new AbortController().signal,
        progress: () => undefined,
      });
      return { ...result, path };
    },
  };
}

/** Of DuckDB in a restore; what the configuration has when it says nothing. */
export const restoreMemory = '160MB';

/** Opens a file under the name that its own name gives it, and closes it again. */
export async function withDatabase<T>(
  path: string,
  use: (database: Database) => Promise<T>,
  storageVersion?: string,
): Promise<T> {
  const database = await openDatabase({
    ...{ path, name: catalogName(path), memoryLimit: '1GB', spill: `${path}.spill` },
    ...(storageVersion !== undefined && { storageVersion }),
  });
  try {
    return await use(database);
  } finally {
    await database.close();
  }
}

export async function runAll(database: Database, statements: readonly string[]): Promise<void> {
  for (const sql of statements) await database.run(sql);
}
