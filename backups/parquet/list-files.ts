import type { BackupCatalog } from '../backup-taker.ts';
import { readArchiveList } from './archive-list.ts';
import type { ParquetFile } from './manifest.ts';
import { inCodeUnits } from './scan-archive.ts';

/** Every file of a backup with the digest of its content, in path order, from its chain of manifests. */
export async function listFiles(
  catalog: BackupCatalog,
  backupId: string,
): Promise<readonly (ParquetFile & { readonly sha256: string })[]> {
  const list = await readArchiveList(catalog, backupId);
  return [...list.files.values()]
    .sort((one, other) => inCodeUnits(one.path, other.path))
    .map((file) => ({ ...file, sha256: list.objects.get(file.object)?.plainSha256 ?? '' }));
}
