import type { ManifestObject } from '../../model/manifest.ts';
import type { BackupJob, Taken } from '../backup-taker.ts';
import type { LeftFile, ParquetDetails, ParquetFile } from './manifest.ts';
import type { Previous } from './previous-list.ts';
import type { Archive } from './take-archive.ts';

/** The manifest of an archive: what changed since the parent, or the whole list where there is none. */
export function describeArchive(folder: string, archive: Archive, previous: Previous, job: BackupJob): Taken {
  const left = archive.left.map((file) => ({ ...file, kept: isKept(file, previous) }));
  const files = [...archive.files, ...keptFiles(left, previous)];
  const delta = previous.parent !== null;
  const listed = delta ? files.filter(({ file }) => previous.list.files.get(file.path) !== file) : files;
  const stays = new Set(files.map(({ file }) => file.path));
  const gone = [...previous.list.files.keys()].filter((path) => !stays.has(path));
  const objects = new Map(listed.map((each) => [each.object.path, { ...each.object, rows: each.file.rows }]));
  const details: ParquetDetails = {
    list: delta ? 'delta' : 'full',
    depth: delta ? previous.list.depth + 1 : 0,
    files: listed.map(({ file }) => file),
    removed: delta ? gone : [],
    left,
  };
  const scannedAt = new Date(archive.scannedAt).toISOString();
  report(left, gone.length, files.length, job);
  return {
    scope: 'full',
    snapshotAt: scannedAt,
    parent: previous.parent,
    compression: 'none',
    note: previous.note ?? emptyNote(files.length, previous),
    objects: [...objects.values()],
    source: {
      folder,
      scannedAt,
      files: files.length,
      bytes: files.reduce((sum, { file }) => sum + file.bytes, 0),
    },
    details,
  };
}

interface Listed {
  readonly file: ParquetFile;
  readonly object: ManifestObject;
}

/** A file that is being written again keeps its last good version: a restore is better off with that than without. */
function isKept({ path, reason }: Omit<LeftFile, 'kept'>, previous: Previous): boolean {
  const rewritten = reason === 'unfinished' || reason === 'changing' || reason === 'not-parquet';
  return rewritten && previous.list.files.has(path);
}

function keptFiles(left: readonly LeftFile[], { list }: Previous): Listed[] {
  return left.flatMap(({ path, kept }) => {
    const file = kept ? list.files.get(path) : undefined;
    const object = file && list.objects.get(file.object);
    return file && object ? [{ file, object }] : [];
  });
}

/** An archive that is suddenly empty is what a missing mount looks like. */
function emptyNote(files: number, previous: Previous): string | null {
  const before = previous.list.files.size;
  return files === 0 && before > 0
    ? `the archive folder is empty; the backup before holds ${before} files: check that it is mounted`
    : null;
}

function report(left: readonly LeftFile[], removed: number, files: number, job: BackupJob): void {
  const { backupId } = job.order;
  for (const file of left) job.log.warn({ backupId, ...file }, 'a file of the archive is not backed up');
  job.log.info({ backupId, files, removed, left: left.length }, 'the Parquet archive is stored');
}
