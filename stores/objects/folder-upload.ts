import { type FileHandle, link, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { allEnded } from '../../engine/all-ended.ts';
import { CodedError } from '../../errors/coded-error.ts';
import { inFolder } from './folder-emptied.ts';
import { folderError, isSystemError } from './folder-errors.ts';
import {
  makeDurableFolder,
  metadataFile,
  objectFile,
  requireRoot,
  syncFolder,
  uploadsFolder,
} from './folder-layout.ts';
import { uploadName } from './folder-sweep.ts';
import { writeChunks } from './folder-write.ts';
import type { PutOptions, PutResult } from './port.ts';

export interface FolderUpload extends Pick<PutOptions, 'onBytes'> {
  readonly root: string;
  readonly key: string;
  readonly metadata: Readonly<Record<string, string>>;
}

/**
 * Writes an object so that a crash at any moment leaves all of it or nothing: a temporary file, its fsync, `link()`
 * (which, unlike `rename()`, refuses an existing name), the fsync of its folder. Errors of the source are thrown as
 * they are, those of the file system as `store-unavailable`.
 */
export async function uploadToFolder(
  upload: FolderUpload,
  chunks: AsyncIterable<Uint8Array>,
): Promise<PutResult> {
  const temporary = join(uploadsFolder(upload.root), uploadName());
  const doing = `storing ${upload.key} in ${upload.root}`;
  const attempt = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw folderError(error, doing);
    }
  };
  const handle = await attempt(async () => {
    await refuseExisting(upload);
    await makeDurableFolder(uploadsFolder(upload.root));
    return open(temporary, 'wx', 0o600);
  });
  try {
    const explain = (error: unknown): Error => folderError(error, doing);
    const bytes = await writeChunks(handle, chunks, { explain, onBytes: upload.onBytes });
    await attempt(() => publish(upload, handle, temporary));
    return { bytes, storeChecksum: null };
  } finally {
    await handle.close();
    await removeTemporary(temporary);
  }
}

/** Those that could not be removed when their upload ended, since the store had gone. */
const unremoved = new Set<string>();

/** Never hides how the upload ended: what cannot be removed now is removed by the next upload, or swept at a start. */
async function removeTemporary(temporary: string): Promise<void> {
  unremoved.add(temporary);
  for (const file of unremoved) {
    // Where the store has gone, the file has gone with it and comes back with it.
    const removed = await stat(dirname(file))
      .then(() => rm(file, { force: true }))
      .then(
        () => true,
        () => false,
      );
    if (removed) unremoved.delete(file);
  }
}

/** Saves the work where the answer is known beforehand; `link()` decides. */
async function refuseExisting({ root, key }: FolderUpload): Promise<void> {
  try {
    if ((await stat(objectFile(root, key))).isDirectory()) {
      throw new CodedError('invalid-request', `object key ${key} is refused: other keys begin with ${key}/`);
    }
  } catch (error) {
    if (isSystemError(error, 'ENOENT', 'ENOTDIR')) await requireRoot(root);
    if (isSystemError(error, 'ENOENT')) return;
    if (isSystemError(error, 'ENOTDIR')) {
      throw new CodedError('invalid-request', `object key ${key} is refused: its beginning is another key`);
    }
    throw error;
  }
  throw alreadyThere(key);
}

function alreadyThere(key: string): CodedError {
  return new CodedError('object-exists', `object ${key} exists already and is never overwritten`, {
    facts: { key },
  });
}

async function publish(upload: FolderUpload, handle: FileHandle, temporary: string): Promise<void> {
  const file = objectFile(upload.root, upload.key);
  const beside = metadataFile(upload.root, upload.key, (await handle.stat({ bigint: true })).ino);
  try {
    // Together: what the disk has to write for one, it writes for the others as well.
    await allEnded([handle.sync(), writeMetadata(upload, beside), inFolder(dirname(file))]);
    await inFolder(dirname(file), () => link(temporary, file));
  } catch (error) {
    await rm(beside, { force: true });
    if (isSystemError(error, 'EEXIST')) throw alreadyThere(upload.key);
    throw error;
  }
  await syncFolder(dirname(file));
}

/** Durable before the object is there, so an object is never seen without it. */
async function writeMetadata(upload: FolderUpload, file: string): Promise<void> {
  if (Object.keys(upload.metadata).length === 0) return;
  const temporary = join(uploadsFolder(upload.root), uploadName());
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(JSON.stringify(upload.metadata));
      await handle.sync();
    } finally {
      await handle.close();
    }
    await inFolder(dirname(file), () => rename(temporary, file));
    await syncFolder(dirname(file));
  } finally {
    await rm(temporary, { force: true });
  }
}
