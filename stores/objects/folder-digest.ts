import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { readPieces } from '../../runtime/read-pieces.ts';
import type { DigestOptions, ObjectDigest } from './port.ts';

const pieceBytes = 512 * 1024;

/** Reads and hashes a file. */
export async function digestFile(file: string, options: DigestOptions): Promise<ObjectDigest> {
  const handle = await open(file, 'r');
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    for await (const piece of readPieces(handle, pieceBytes)) {
      options.signal?.throwIfAborted();
      hash.update(piece);
      bytes += piece.length;
      options.onBytes?.(piece);
    }
    return { bytes, sha256: hash.digest('hex') };
  } finally {
    await handle.close();
  }
}
