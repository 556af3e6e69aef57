import { addAbortSignal } from 'node:stream';
import { errorCode, errorText } from '../../errors/coded-error.ts';
import type { ManifestObject } from '../../model/manifest.ts';
import type { BackupJob } from '../backup-taker.ts';
import type { ParquetFile } from './manifest.ts';
import type { Previous } from './previous-list.ts';
import type { Archive } from './take-archive.ts';

/** The last good versions that stay, and the files whose version had to be given up, since its object is damaged. */
export interface KeptVersions {
  readonly files: readonly { readonly file: ParquetFile; readonly object: ManifestObject }[];
  readonly lost: readonly string[];
}

/**
 * A file that is being written again keeps its last good version: a restore is better off with that than without.
 * Where the list is suspect, the object of each is opened first, for its content can be had nowhere else.
 */
export async function keepVersions(
  left: Archive['left'],
  { list, suspect }: Pick<Previous, 'list' | 'suspect'>,
  job: BackupJob,
): Promise<KeptVersions> {
  const files: { file: ParquetFile; object: ManifestObject }[] = [];
  const lost: string[] = [];
  for (const { path, reason } of left) {
    const rewritten = reason === 'unfinished' || reason === 'changing' || reason === 'not-parquet';
    const file = rewritten ? list.files.get(path) : undefined;
    const object = file && list.objects.get(file.object);
    if (file === undefined || object === undefined) continue;
    if (!suspect || (await isWhole(object, job))) files.push({ file, object });
    else lost.push(path);
  }
  return { files, lost };
}

async function isWhole(object: ManifestObject, job: BackupJob): Promise<boolean> {
  try {
    const content = addAbortSignal(job.signal, await job.catalog.open(object));
    for await (const chunk of content as AsyncIterable<Buffer>) job.progress(chunk.length);
    return true;
  } catch (error) {
    job.signal.throwIfAborted();
    if (!['object-damaged', 'object-not-found'].includes(errorCode(error))) throw error;
    const fields = { object: object.path, error: errorText(error) };
    job.log.warn({ backupId: job.order.backupId, ...fields }, 'the last good version of a file is damaged');
    return false;
  }
}
