import { join } from 'node:path';
import { errorCode } from '../../errors/coded-error.ts';
import type { ManifestObject } from '../../model/manifest.ts';
import type { ContentReader } from './content-reader.ts';
import { type FileState, isSettled } from './file-state.ts';
import type { LeftFile, ParquetFile } from './manifest.ts';
import { unreadable } from './scan-archive.ts';
import type { StoredObjects } from './stored-objects.ts';
import type { Reading } from './read-content.ts';

/** What became of a file: sealed and stored, left for the next run, or gone. `state` is the one it was read in. */
export type TakenFile =
  | { readonly state: FileState; readonly file: ParquetFile; readonly object: ManifestObject }
  | { readonly state: FileState; readonly left: LeftFile['reason'] }
  | 'gone'
  | 'changing';

/** Reads, hashes and, where its content is new, seals one file. A change between hashing and sealing makes it `changing`. */
export async function takeFile(
  folder: string,
  path: string,
  tools: { readonly reader: ContentReader; readonly objects: StoredObjects; readonly now: () => number },
): Promise<TakenFile> {
  const absolute = join(folder, path);
  const now = tools.now();
  const reading = await tools.reader.read(absolute).catch((error: unknown) => {
    throw (error as NodeJS.ErrnoException).code === undefined ? error : unreadable(absolute, error);
  });
  if (reading.outcome === 'gone' || reading.outcome === 'changing') return reading.outcome;
  const { state } = reading;
  if (reading.outcome === 'left') return { state, left: reading.reason };
  try {
    const content = reading.buffered ? tools.reader.buffered(state.bytes) : { file: absolute };
    const object = await tools.objects.store({ name: path, sha256: reading.sha256 }, content);
    return { state, object, file: fileOf(path, reading, object, isSettled(state, now)) };
  } catch (error) {
    if (errorCode(error) === 'source-changed' || isGone(error, absolute)) return 'changing';
    throw error;
  }
}

function fileOf(
  path: string,
  reading: Reading & { outcome: 'read' },
  object: ManifestObject,
  settled: boolean,
): ParquetFile {
  const { state, rows, companion } = reading;
  return { path, object: object.path, ...state, settled, rows, companion };
}

function isGone(error: unknown, path: string): boolean {
  const { code, path: at } = error as NodeJS.ErrnoException;
  return at === path && (code === 'ENOENT' || code === 'ENOTDIR' || code === 'ELOOP');
}
