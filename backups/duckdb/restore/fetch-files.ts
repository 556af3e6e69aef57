import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CodedError } from '../../../errors/coded-error.ts';
import type { Manifest } from '../../../model/manifest.ts';
import type { BackupCatalog } from '../../backup-taker.ts';
import { openIntoFile } from '../../restoring/open-into-file.ts';
import type { Database } from '../database.ts';
import type { DuckdbDetails } from '../manifest.ts';
import { quoteName, quoteText } from '../sql-text.ts';
import type { OpenedFile } from './table-pieces.ts';

/** The files of a backup, opened into a folder when they are needed. */
export interface Files {
  get(file: number): Promise<OpenedFile>;
  /** Opens these, one after the other, while something else is done. */
  ahead(files: readonly number[]): void;
  /** Removes those that are not among the ones still needed. */
  keep(needed: ReadonlySet<number>): Promise<void>;
  /** Stops what is being opened; nothing is at work in the folder any more when it returns. */
  close(): Promise<void>;
}

export function createFiles(
  { manifest, details }: { readonly manifest: Manifest; readonly details: DuckdbDetails },
  database: Database,
  work: {
    readonly catalog: BackupCatalog;
    readonly folder: string;
    readonly signal: AbortSignal;
    readonly progress: (bytes: number) => void;
  },
): Files {
  const objects = new Map(manifest.body.objects.map((object) => [object.path, object]));
  const opened = new Map<number, Promise<OpenedFile>>();
  const closing = new AbortController();
  const signal = AbortSignal.any([work.signal, closing.signal]);
  const fetch = async (index: number): Promise<OpenedFile> => {
    const file = details.files[index];
    const [object, layout] = [objects.get(file?.path ?? ''), details.layouts[file?.layout ?? -1]];
    if (!file || !object || !layout) {
      throw new CodedError(
        'object-damaged',
        `The manifest of ${manifest.header.backupId} names no file ${index}.`,
      );
    }
    const path = join(work.folder, `${index}.${layout.format}`);
    await openIntoFile(work.catalog, object, { path, flags: 'wx', signal, progress: work.progress });
    const attached = `backup_file_${index}`;
    if (layout.format === 'duckdb')
      await database.run(`ATTACH ${quoteText(path)} AS ${quoteName(attached)} (READ_ONLY)`);
    return { path, layout, rows: file.rows, attached };
  };
  const get = (file: number): Promise<OpenedFile> => {
    const opening = opened.get(file) ?? fetch(file);
    opened.set(file, opening);
    // Whoever asks for it hears of it; one that is fetched ahead may never be asked for.
    opening.catch(() => undefined);
    return opening;
  };
  const openAll = async (wanted: readonly number[]): Promise<void> => {
    for (const file of wanted) if (!signal.aborted) await get(file);
  };
  let opening: Promise<unknown> = Promise.resolve();
  return {
    get,
    ahead(wanted) {
      opening = Promise.allSettled([opening, openAll(wanted)]);
    },
    async keep(needed) {
      for (const [file, found] of opened) {
        if (needed.has(file)) continue;
        opened.delete(file);
        const { path, layout, attached } = await found;
        if (layout.format === 'duckdb') await database.run(`DETACH ${quoteName(attached)}`);
        await rm(path);
      }
    },
    async close() {
      closing.abort();
      await opening;
      await Promise.allSettled(opened.values());
    },
  };
}
