import { mkdir, rename, rm } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { BackupCatalog } from '../../backup-taker.ts';
import { hiddenBeside } from '../../restoring/hidden-name.ts';
import { sweepDeadRestores } from '../../restoring/sweep-dead-restores.ts';
import { readArchiveList } from '../archive-list.ts';
import { restoreFile } from './restore-file.ts';
import { assertFree, onTarget } from './restore-target.ts';
import { syncFolders } from './sync-folders.ts';

export interface ParquetRestore {
  readonly catalog: BackupCatalog;
  readonly backupId: string;
  /** A folder that does not exist yet; its parent does, or is made. */
  readonly to: string;
  readonly signal: AbortSignal;
  /** Plain bytes written since the last call. */
  readonly progress: (bytes: number) => void;
}

export interface RestoredParquet {
  readonly folder: string;
  readonly files: number;
  readonly bytes: number;
  /** Of the Parquet files whose footers tell it. */
  readonly rows: number;
}

const filesInFlight = 3;

/**
 * Writes the archive of a backup into a new folder: times and permission bits as they were, every file's content
 * proven by its SHA-256. The folder appears under its name when all of it is there, proven and on the disk, and not at
 * all otherwise. Throws `restore-target-exists`, `restore-target-unusable`, `backup-not-found`, `object-damaged`.
 */
export async function restoreParquet(restore: ParquetRestore): Promise<RestoredParquet> {
  const to = resolve(restore.to);
  await assertFree(to);
  const list = await readArchiveList(restore.catalog, restore.backupId);
  await onTarget(to, sweepDeadRestores(to));
  const hidden = hiddenBeside(to, 'restoring');
  const temporary = hidden.path;
  try {
    await onTarget(to, mkdir(temporary, { recursive: true }));
    const files = [...list.files.values()];
    const folders = new Set(files.map((file) => dirname(join(temporary, file.path))));
    for (const folder of folders) await onTarget(to, mkdir(folder, { recursive: true }));
    await eachOf(files, restore.signal, async (file, signal) => {
      const object = list.objects.get(file.object);
      if (object === undefined) throw new TypeError(`no object for ${file.path}`);
      const content = await restore.catalog.open(object);
      await restoreFile(
        join(temporary, file.path),
        { file, object, content },
        {
          ...restore,
          signal,
        },
      );
    });
    await onTarget(to, syncFolders(temporary));
    await assertFree(to);
    await onTarget(to, rename(temporary, to));
    await onTarget(to, syncFolders(dirname(to), { deep: false }));
    return {
      folder: to,
      files: files.length,
      bytes: files.reduce((sum, file) => sum + file.bytes, 0),
      rows: files.reduce((sum, file) => sum + (file.rows ?? 0), 0),
    };
  } finally {
    await rm(temporary, { recursive: true, force: true });
    hidden.release();
  }
}

/** Some at once; the first that fails stops the others, and all of them have ended when this throws. */
async function eachOf<Item>(
  items: readonly Item[],
  outer: AbortSignal,
  work: (item: Item, signal: AbortSignal) => Promise<void>,
): Promise<void> {
  const stop = new AbortController();
  const signal = AbortSignal.any([outer, stop.signal]);
  const waiting = items.values();
  const lane = async (): Promise<void> => {
    for (const item of waiting) {
      signal.throwIfAborted();
      await work(item, signal);
    }
  };
  const lanes = Array.from({ length: filesInFlight }, () =>
    lane().catch((error: unknown) => {
      if (!stop.signal.aborted) stop.abort(error);
    }),
  );
  await Promise.all(lanes);
  signal.throwIfAborted();
}
