import { CodedError } from '../../errors/coded-error.ts';
import type { Manifest, ManifestObject } from '../../model/manifest.ts';
import type { BackupCatalog } from '../backup-taker.ts';
import { type ParquetDetails, parquetDetails, type ParquetFile } from './manifest.ts';

/** A whole archive as a backup knows it. */
export interface ArchiveList {
  readonly files: ReadonlyMap<string, ParquetFile>;
  /** Every object that the files name, by its key. */
  readonly objects: ReadonlyMap<string, ManifestObject>;
  /** Manifests below the backup's own. */
  readonly depth: number;
}

/** Reads a backup's list of files from its chain of manifests. Throws `backup-not-found` or `object-damaged`. */
export async function readArchiveList(catalog: BackupCatalog, backupId: string): Promise<ArchiveList> {
  const chain = await catalog.chain('parquet', backupId);
  const files = new Map<string, ParquetFile>();
  const known = new Map<string, ManifestObject>();
  chain.forEach((manifest, index) => {
    const details = detailsOf(manifest);
    if ((details.list === 'full') !== (index === 0) || details.depth !== index) {
      throw damaged(manifest, `its list is ${details.list} at depth ${details.depth}, its place is ${index}`);
    }
    for (const object of manifest.body.objects) known.set(object.path, object);
    for (const path of details.removed) files.delete(path);
    for (const file of details.files) files.set(file.path, file);
  });
  const objects = new Map<string, ManifestObject>();
  for (const file of files.values()) {
    const object = known.get(file.object);
    if (object?.plainBytes !== file.bytes) {
      throw damaged(
        chain.at(-1),
        `its file ${file.path} names an object that no manifest of its chain describes`,
      );
    }
    objects.set(file.object, object);
  }
  return { files, objects, depth: chain.length - 1 };
}

/** The details of a manifest of type parquet, checked. Throws `object-damaged`. */
export function detailsOf(manifest: Manifest): ParquetDetails {
  const parsed = parquetDetails.safeParse(manifest.body.details);
  if (parsed.success) return parsed.data;
  throw damaged(manifest, parsed.error.issues[0]?.message ?? 'its details have another shape');
}

function damaged(manifest: Manifest | undefined, why: string): CodedError {
  const backupId = manifest?.header.backupId ?? '';
  return new CodedError(
    'object-damaged',
    `The manifest of Parquet backup ${backupId} is not consistent: ${why}. Use a backup before it.`,
    { facts: { backupId } },
  );
}
