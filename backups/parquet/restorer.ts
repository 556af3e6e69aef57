import { CodedError, errorText } from '../../errors/coded-error.ts';
import type { ManifestObject } from '../../model/manifest.ts';
import type { BackupRestorer } from '../backup-restorer.ts';
import type { BackupCatalog } from '../backup-taker.ts';
import { type ArchiveList, readArchiveList } from './archive-list.ts';
import { compareArchive } from './restore/compare-archive.ts';
import { restoreParquet } from './restore/restore-parquet.ts';

/** Counts the rows of a Parquet file by reading every value; throws what is wrong with it. */
export type DecodeParquet = (file: string) => Promise<number>;

/** Reads and restores backups of a Parquet archive. */
export function createParquetRestorer(catalog: BackupCatalog, decodeParquet: DecodeParquet): BackupRestorer {
  return {
    type: 'parquet',
    async read(backupId) {
      const list = await readArchiveList(catalog, backupId);
      const objects = [...list.files.values()].flatMap(({ object }) => list.objects.get(object) ?? []);
      return { objects, decode: (object, file) => decode(list, object, () => decodeParquet(file)) };
    },
    async outline(backupId, { tables, tenant }) {
      if (tables !== undefined || tenant !== undefined) {
        throw new CodedError('invalid-request', 'An archive has no tables: it is restored as a whole.');
      }
      const { files, objects } = await readArchiveList(catalog, backupId);
      return {
        objects: [...files.values()].flatMap(({ object }) => objects.get(object) ?? []),
        neededBytes: [...files.values()].reduce((sum, { bytes }) => sum + bytes, 0),
        lines: [],
      };
    },
    async restore(request) {
      const { files, bytes, rows } = await restoreParquet({ ...request, catalog });
      return { counts: { files, bytes, rows }, notes: [] };
    },
    async compare(backupId, restored) {
      await compareArchive(await readArchiveList(catalog, backupId), restored);
    },
  };
}

/** The bytes are proven to be the source's when this is asked: what cannot be decoded was so there. */
async function decode(
  list: ArchiveList,
  object: ManifestObject,
  count: () => Promise<number>,
): Promise<string | null> {
  const file = [...list.files.values()].find(
    (each) => each.object === object.path && !each.companion && each.rows !== null,
  );
  if (file === undefined) return null;
  let rows: number;
  try {
    rows = await count();
  } catch (error) {
    return `${file.path} holds the source's bytes, and they are no Parquet that can be decoded: ${errorText(error)}`;
  }
  if (rows === file.rows) return null;
  throw new CodedError(
    'object-damaged',
    `${object.path} (${file.path}) holds ${rows} rows, and its manifest says ${String(file.rows)}`,
    { facts: { path: object.path } },
  );
}
