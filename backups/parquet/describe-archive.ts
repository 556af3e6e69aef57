import type { BackupJob, Taken } from '../backup-taker.ts';
import type { KeptVersions } from './keep-versions.ts';
import type { LeftFile, ParquetDetails } from './manifest.ts';
import type { Previous } from './previous-list.ts';
import type { Archive } from './take-archive.ts';

/** The manifest of an archive: what changed since the parent, or the whole list where there is none. */
export function describeArchive(
  folder: string,
  archive: Archive & { readonly kept: KeptVersions },
  previous: Previous,
  job: BackupJob,
): Taken {
  const kept = new Set(archive.kept.files.map(({ file }) => file.path));
  const left = archive.left.map((file) => ({ ...file, kept: kept.has(file.path) }));
  const files = [...archive.files, ...archive.kept.files];
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
    note: noteOf(files.length, archive.kept, previous),
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

function noteOf(files: number, { lost }: KeptVersions, previous: Previous): string | null {
  const notes = previous.note === null ? [] : [previous.note];
  if (lost.length > 0)
    notes.push(`last good versions that are damaged in the store and no longer kept: ${lost.join(', ')}`);
  return notes.length > 0 ? notes.join('; ') : emptyNote(files, previous);
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
