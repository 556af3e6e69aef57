import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import type { DigestOptions, ObjectDigest } from './port.ts';

const chunk = 512 * 1024;

/**
 * Hashes a file in two buffers that are used in turn, one being read while the other is hashed. (A stream would make a
 * new buffer for each chunk; collecting those costs more time than hashing.)
 */
export async function digestFile(file: string, options: DigestOptions): Promise<ObjectDigest> {
  const handle = await open(file, 'r');
  try {
    const hash = createHash('sha256');
    let bytes = 0;
    let [filling, full] = [Buffer.allocUnsafeSlow(chunk), Buffer.allocUnsafeSlow(chunk)];
    for (let reading = handle.read(filling); ;) {
      const { bytesRead } = await reading;
      options.signal?.throwIfAborted();
      if (bytesRead === 0) return { bytes, sha256: hash.digest('hex') };
      [filling, full] = [full, filling];
      reading = handle.read(filling);
      const read = full.subarray(0, bytesRead);
      hash.update(read);
      bytes += bytesRead;
      options.onBytes?.(read);
    }
  } finally {
    await handle.close();
  }
}
