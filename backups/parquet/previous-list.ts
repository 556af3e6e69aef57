import { errorCode, errorText } from '../../errors/coded-error.ts';
import type { ManifestHeader } from '../../model/manifest.ts';
import type { BackupJob } from '../backup-taker.ts';
import { type ArchiveList, readArchiveList } from './archive-list.ts';
import { fullListEvery } from './manifest.ts';

/** What the backups so far tell a new one. */
export interface Previous {
  /** What is known of the archive and of its sealed objects; empty where no backup can be read. */
  readonly list: ArchiveList;
  /** True where an object of it was found damaged, whichever: none is taken over that was not opened again. */
  readonly suspect: boolean;
  /** The manifest that the new one is a delta on; null where it must hold the full list. */
  readonly parent: ManifestHeader['parent'];
  /** Why a full list is written that would have been a delta, else null. */
  readonly note: string | null;
}

/** Backups that are tried when the newest cannot be read: enough to step over a damaged delta or two. */
const tried = 3;
const unusable: readonly string[] = ['backup-not-found', 'object-damaged'];
/** Of an archive of which nothing is known. */
export const nothing: ArchiveList = { files: new Map(), objects: new Map(), depth: 0 };

/**
 * The list of the newest backup that can be read. One that is damaged is stepped over: what an older one knows still
 * saves reading and sealing, but the new manifest then holds the full list, so that nothing depends on the damaged one.
 */
export async function readPrevious(job: BackupJob): Promise<Previous> {
  const { parentDamaged } = job.order;
  // Sizes do not tell which of the objects it is: each file is read, and its object opened and compared.
  const suspect = parentDamaged !== undefined;
  let note = suspect ? `full list, every object proven anew: ${parentDamaged}` : null;
  for (const header of (await job.catalog.headers('parquet')).slice(0, tried)) {
    const { backupId, manifestSha256 } = header;
    try {
      const list = await readArchiveList(job.catalog, backupId);
      const delta = note === null && list.depth + 1 < fullListEvery;
      return { list, suspect, parent: delta ? { backupId, manifestSha256 } : null, note };
    } catch (error) {
      if (!unusable.includes(errorCode(error))) throw error;
      note ??= `full list: backup ${backupId} before it cannot be read (${errorText(error)})`;
      job.log.warn(
        { backupId, error: errorText(error) },
        'a Parquet backup cannot be read and is stepped over',
      );
    }
  }
  return { list: nothing, suspect, parent: null, note };
}
