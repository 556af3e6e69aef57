import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { CodedError } from '../../../errors/coded-error.ts';
import type { ArchiveList } from '../archive-list.ts';

/** Compares a restored folder with a backup's list: the same files, each with the same content. Throws `object-damaged`. */
export async function compareArchive({ files, objects }: ArchiveList, folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const found = entries
    .filter((entry) => !entry.isDirectory())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'));
  const foreign = found.find((path) => !files.has(path));
  if (foreign !== undefined) throw different(`${foreign} is not in the backup`);
  if (found.length !== files.size) throw different(`${found.length} of ${files.size} files are there`);
  for (const { path, object } of files.values()) {
    const hash = createHash('sha256');
    await pipeline(createReadStream(join(folder, path)), hash);
    if (hash.digest('hex') !== objects.get(object)?.plainSha256) throw different(`${path} has other content`);
  }
}

function different(what: string): CodedError {
  return new CodedError('object-damaged', `The restored archive differs from the backup: ${what}.`);
}
