import { createWriteStream } from 'node:fs';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { ManifestObject } from '../../model/manifest.ts';
import type { ReadableBackup } from '../backup-restorer.ts';
import { inParallel } from '../manifests/in-parallel.ts';
import { findingOf } from './finding-of.ts';
import type { Finding } from '../../model/verification.ts';
import type { Verification } from './verification.ts';

/** Objects that lie opened in the scratch folder at the same time. */
const together = 2;

/** Opens every object into the scratch folder, one after another, proves its bytes sealed and plain, and decodes it. */
export async function decodeObjects(
  work: Pick<Verification, 'catalog' | 'reader' | 'scratch' | 'signal' | 'progress'>,
  backup: ReadableBackup,
  objects: readonly ManifestObject[],
): Promise<{ readonly findings: readonly Finding[]; readonly notes: readonly string[] }> {
  const findings: Finding[] = [];
  const notes: string[] = [];
  let opened = 0;
  await inParallel(objects, together, async (object) => {
    work.signal.throwIfAborted();
    const file = join(work.scratch, `object-${++opened}`);
    try {
      await pipeline(await work.catalog.open(object), createWriteStream(file, { mode: 0o600 }), {
        signal: work.signal,
      });
      const note = await backup.decode(object, file);
      if (note !== null) notes.push(note);
    } catch (error) {
      work.signal.throwIfAborted();
      findings.push({ ...findingOf(error, work.reader.type), object: object.path });
    } finally {
      await rm(file, { force: true });
    }
    work.progress(object.sealedBytes);
  });
  return { findings, notes };
}
