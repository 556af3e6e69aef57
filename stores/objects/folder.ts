import { mkdir, open, readFile, rm } from 'node:fs/promises';
import { dirname, resolve } from 'node:path';
import { Readable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import { CodedError } from '../../errors/coded-error.ts';
import { digestFile } from './folder-digest.ts';
import { removeEmptied, syncDeletion } from './folder-emptied.ts';
import { folderError, isSystemError } from './folder-errors.ts';
import { metadataFile, metadataFolder, objectFile, requireRoot } from './folder-layout.ts';
import { listFolder, look } from './folder-listing.ts';
import { sweepUploads } from './folder-sweep.ts';
import { uploadToFolder } from './folder-upload.ts';
import { incomingBytes } from './incoming-bytes.ts';
import { assertObjectMetadata, assertObjectPrefix } from './object-key.ts';
import type { ObjectStore } from './port.ts';

const readAhead = 1024 * 1024;

/**
 * An object store in a folder: each key is a file. The folder is made when its parent exists (so that a disk that is
 * not mounted is not quietly replaced by a folder). Sweeps what writers that died have left. Throws `store-unavailable`.
 */
export async function createFolderStore(folder: string): Promise<ObjectStore> {
  const root = resolve(folder);
  await prepare(root);
  return {
    async put(key, body, options = {}) {
      const incoming = incomingBytes(body, options.signal);
      try {
        const metadata = options.metadata ?? {};
        objectFile(root, key);
        assertObjectMetadata(metadata);
        return await uploadToFolder({ root, key, ...options, metadata }, incoming.chunks);
      } finally {
        incoming.release();
      }
    },
    get: (key, range) => readFrom(root, key, range),
    async digest(key, options = {}) {
      const file = objectFile(root, key);
      if ((await attempt(`looking at ${key}`, () => look(root, key))) === undefined) throw notFound(key);
      try {
        return await digestFile(file, options);
      } catch (error) {
        options.signal?.throwIfAborted();
        throw isSystemError(error, 'ENOENT') ? notFound(key) : folderError(error, `reading ${key}`);
      }
    },
    async head(key) {
      objectFile(root, key);
      return attempt(`looking at ${key}`, async () => {
        const found = await look(root, key);
        if (found === undefined) return undefined;
        const { inode, ...object } = found;
        const metadata = await readMetadata(metadataFile(root, key, inode));
        return { ...object, metadata, storeChecksum: null };
      });
    },
    async *list(prefix) {
      assertObjectPrefix(prefix);
      try {
        for await (const { key, bytes, modified } of listFolder(root, prefix)) yield { key, bytes, modified };
      } catch (error) {
        throw folderError(error, `listing ${root}`);
      }
    },
    async delete(key) {
      const file = objectFile(root, key);
      await attempt(`deleting ${key}`, async () => {
        const found = await look(root, key);
        if (found === undefined) return;
        await rm(file, { force: true });
        await syncDeletion(dirname(file), root);
        const beside = metadataFile(root, key, found.inode);
        await rm(beside, { force: true });
        await removeEmptied(dirname(beside), metadataFolder(root));
        await removeEmptied(dirname(file), root);
      });
    },
    location: (key) => pathToFileURL(objectFile(root, key)).href,
  };
}

async function attempt<T>(doing: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw folderError(error, doing);
  }
}

async function prepare(root: string): Promise<void> {
  await attempt(`opening the object store ${root}`, async () => {
    await mkdir(root, { mode: 0o700 }).catch((error: unknown) => {
      if (!isSystemError(error, 'EEXIST')) throw error;
    });
    // A store that may only be read (to restore from) has nothing to sweep.
    await sweepUploads(root, Date.now()).catch((error: unknown) => {
      if (!isSystemError(error, 'EROFS', 'EACCES', 'EPERM')) throw error;
    });
  });
}

async function readFrom(
  root: string,
  key: string,
  range: { readonly start: number; readonly end: number } | undefined,
): Promise<Readable> {
  const handle = await open(objectFile(root, key), 'r').catch(async (error: unknown) => {
    if (!isSystemError(error, 'ENOENT', 'ENOTDIR')) throw folderError(error, `reading ${key}`);
    await requireRoot(root);
    throw notFound(key);
  });
  if (!(await handle.stat()).isFile()) {
    await handle.close();
    throw notFound(key);
  }
  if (range === undefined) return handle.createReadStream({ highWaterMark: readAhead });
  if (range.end <= range.start) {
    await handle.close();
    return Readable.from([]);
  }
  return handle.createReadStream({ highWaterMark: readAhead, start: range.start, end: range.end - 1 });
}

function notFound(key: string): CodedError {
  return new CodedError('object-not-found', `there is no object ${key}`, { facts: { key } });
}

async function readMetadata(file: string): Promise<Readonly<Record<string, string>>> {
  try {
    return z.record(z.string(), z.string()).parse(JSON.parse(await readFile(file, 'utf8')));
  } catch (error) {
    if (isSystemError(error, 'ENOENT')) return {};
    throw error;
  }
}
