import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { addAbortSignal, type Readable } from 'node:stream';
import { CodedError } from '../../../errors/coded-error.ts';
import type { ManifestObject } from '../../../model/manifest.ts';
import type { ParquetFile } from '../manifest.ts';
import { onTarget } from './restore-target.ts';

/** Writes one file of the archive, proves it against its manifest, and makes it durable. */
export async function restoreFile(
  path: string,
  from: { readonly file: ParquetFile; readonly object: ManifestObject; readonly content: Readable },
  restore: { readonly to: string; readonly signal: AbortSignal; readonly progress: (bytes: number) => void },
): Promise<void> {
  const content = addAbortSignal(restore.signal, from.content);
  // An error that comes before the content is iterated is found when it is.
  content.on('error', () => undefined);
  const handle = await onTarget(restore.to, open(path, 'wx', 0o600));
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const chunk of content as AsyncIterable<Buffer>) {
      const writing = onTarget(restore.to, writeFully(handle, chunk));
      hash.update(chunk);
      bytes += chunk.length;
      await writing;
      restore.progress(chunk.length);
    }
    if (bytes !== from.file.bytes || hash.digest('hex') !== from.object.plainSha256) throw damaged(from);
    await onTarget(restore.to, finish(handle, from.file));
  } finally {
    content.destroy();
    await handle.close();
  }
}

async function writeFully(handle: FileHandle, chunk: Uint8Array): Promise<void> {
  for (let offset = 0; offset < chunk.byteLength;) {
    offset += (await handle.write(chunk, offset)).bytesWritten;
  }
}

/**
 * The time of its last change is kept to the microsecond: finer ones do not fit the system call's argument in Node, which
 * takes a number below 0 for now, and only as text for a time before 1970.
 */
async function finish(handle: FileHandle, file: ParquetFile): Promise<void> {
  const seconds = String(Number(BigInt(file.mtime) / 1000n) / 1e6);
  await handle.chmod(file.mode);
  await handle.utimes(seconds, seconds);
  await handle.sync();
}

function damaged({
  file,
  object,
}: {
  readonly file: ParquetFile;
  readonly object: ManifestObject;
}): CodedError {
  return new CodedError(
    'object-damaged',
    `${file.path} of the archive cannot be restored: the content of ${object.path} is not what its manifest says. Restore a backup before it.`,
    { facts: { path: object.path, file: file.path } },
  );
}
