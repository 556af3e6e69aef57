import type { Clock } from '../../engine/clock.ts';
import type { ManifestObject } from '../../model/manifest.ts';
import type { BackupJob } from '../backup-taker.ts';
import type { ArchiveList } from './archive-list.ts';
import { type ContentReader, createContentReaders } from './content-reader.ts';
import { isUnchanged, sameState } from './file-state.ts';
import type { LeftFile, ParquetFile } from './manifest.ts';
import { type Scan, scanArchive } from './scan-archive.ts';
import type { StoredObjects } from './stored-objects.ts';
import { takeFile, type TakenFile } from './take-file.ts';

/** The archive as this backup found it, every file of it sealed and stored. */
export interface Archive {
  readonly scannedAt: number;
  /** In path order; those that did not change are the previous list's own entries. */
  readonly files: readonly { readonly file: ParquetFile; readonly object: ManifestObject }[];
  readonly left: readonly Omit<LeftFile, 'kept'>[];
}

/** Looks at the archive this often: what moved or changed during one look is taken in the next. */
const rounds = 3;

/**
 * Scans, takes what is new, and scans again until nothing has moved since: a file that is renamed while the folders are
 * being listed is not lost, and one that is written to is read again, at most three times.
 */
export async function takeArchive(
  settings: {
    readonly folder: string;
    readonly threads: number;
    readonly lanes: number;
    readonly bufferBytes: number;
    readonly clock: Clock;
  },
  job: BackupJob,
  known: { readonly previous: ArchiveList; readonly objects: StoredObjects },
): Promise<Archive> {
  const taken = new Map<string, TakenFile>();
  const stop = new AbortController();
  const signal = AbortSignal.any([job.signal, stop.signal]);
  const counts = { ...settings, readers: settings.lanes };
  const reading = createContentReaders(counts, job.progress, signal);
  const lane = async (reader: ContentReader, paths: string[]): Promise<void> => {
    for (let path = paths.shift(); path !== undefined; path = paths.shift()) {
      const tools = { reader, objects: known.objects, now: () => settings.clock.now() };
      taken.set(path, await takeFile(settings.folder, path, tools));
    }
  };
  try {
    let scannedAt = settings.clock.now();
    let scan = await scanArchive(settings.folder, signal);
    for (let round = 0; round < rounds; round++) {
      const paths = wanted(scan, taken, known);
      if (paths.length === 0) break;
      await allLanes(
        reading.readers.map((reader) => lane(reader, paths)),
        stop,
      );
      scannedAt = settings.clock.now();
      scan = await scanArchive(settings.folder, signal);
    }
    return archiveOf(scannedAt, scan, taken);
  } finally {
    await reading.close();
  }
}

/** Files to read, in order; those that did not change since the backup before are taken over without. */
function wanted(
  scan: Scan,
  taken: Map<string, TakenFile>,
  known: { readonly previous: ArchiveList; readonly objects: StoredObjects },
): string[] {
  const paths: string[] = [];
  for (const found of scan.files) {
    const before = taken.get(found.path);
    if (typeof before === 'object' && sameState(before.state, found)) continue;
    const entry = known.previous.files.get(found.path);
    const object = entry && isUnchanged(found, entry) ? known.objects.intact(entry.object) : undefined;
    if (entry && object) taken.set(found.path, { state: found, file: entry, object });
    else paths.push(found.path);
  }
  return paths;
}

/** The first lane that fails stops the others; nothing is at work any more when this ends. */
async function allLanes(lanes: readonly Promise<void>[], stop: AbortController): Promise<void> {
  let failed: { readonly error: unknown } | undefined;
  await Promise.all(
    lanes.map((lane) =>
      lane.catch((error: unknown) => {
        failed ??= { error };
        stop.abort(error);
      }),
    ),
  );
  if (failed !== undefined) throw failed.error;
}

function archiveOf(scannedAt: number, scan: Scan, taken: ReadonlyMap<string, TakenFile>): Archive {
  const files: { file: ParquetFile; object: ManifestObject }[] = [];
  const left = [...scan.left];
  for (const found of scan.files) {
    const now = taken.get(found.path);
    if (typeof now !== 'object' || !sameState(now.state, found))
      left.push({ path: found.path, reason: 'changing' });
    else if ('left' in now) left.push({ path: found.path, reason: now.left });
    else files.push({ file: now.file, object: now.object });
  }
  return { scannedAt, files, left };
}
