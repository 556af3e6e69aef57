import type { Taken } from '../backups/backup-taker.ts';
import { CodedError, errorText } from '../errors/coded-error.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Attempt, BackupFrame } from './backup-frame.ts';
import { storedManifest } from '../backups/stored-manifest.ts';

/**
 * Writes the manifest, after a last look whether the lock is still held. Where writing fails, what is stored decides:
 * another attempt may have won, or the store may have kept it and lost the answer.
 */
export async function publishManifest(taken: Taken, attempt: Attempt, frame: BackupFrame): Promise<Manifest> {
  const { order } = attempt;
  if (!(await frame.exclusion.owns(attempt))) {
    throw new CodedError(
      'lock-lost',
      'the lock was lost before the manifest was written: nothing is published',
    );
  }
  try {
    return await frame.writeManifest(taken, attempt);
  } catch (error) {
    const stored = await storedManifest(frame.catalog, order);
    if (stored === undefined) throw error;
    frame.log.warn(
      {
        backupId: order.backupId,
        attempt: order.attempt,
        by: stored.header.attempt,
        error: errorText(error),
      },
      'the manifest is stored already: completed from it',
    );
    return stored;
  }
}
