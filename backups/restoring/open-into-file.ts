import { createWriteStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import type { ManifestObject } from '../../model/manifest.ts';
import type { BackupCatalog } from '../backup-taker.ts';

/** Opens an object into a file, proven by its digest. Throws `object-damaged` or `object-not-found`. */
export async function openIntoFile(
  catalog: Pick<BackupCatalog, 'open'>,
  object: ManifestObject,
  to: {
    readonly path: string;
    /** Of the file, as `fs.open` takes them. */
    readonly flags: 'w' | 'wx';
    readonly signal: AbortSignal;
    /** Plain bytes read since the last call. */
    readonly progress: (bytes: number) => void;
  },
): Promise<void> {
  await pipeline(
    await catalog.open(object),
    async function* (source: AsyncIterable<Buffer>) {
      for await (const bytes of source) {
        to.progress(bytes.length);
        yield bytes;
      }
    },
    createWriteStream(to.path, { mode: 0o600, flags: to.flags }),
    { signal: to.signal },
  );
}
