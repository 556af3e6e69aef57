import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackupRestorer } from '../backup-restorer.ts';
import { findingOf } from './finding-of.ts';
import type { Finding } from '../../model/verification.ts';
import type { Verification } from './verification.ts';

/** Restores into the scratch folder, looks at what lies there anew, and removes it. */
export async function restoreAndCompare(
  { scratch, signal }: Pick<Verification, 'scratch' | 'signal'>,
  restorer: BackupRestorer,
  backupId: string,
): Promise<Finding[]> {
  const to = join(scratch, 'restored');
  const comparing = join(scratch, 'comparing');
  try {
    await restorer.restore({ backupId, to, signal, progress: () => undefined });
    await mkdir(comparing, { mode: 0o700 });
    await restorer.compare(backupId, to, comparing);
    return [];
  } catch (error) {
    signal.throwIfAborted();
    return [findingOf(error, restorer.type)];
  } finally {
    for (const path of [to, comparing]) await rm(path, { recursive: true, force: true });
  }
}
