import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { BackupRestorer, RehearsingReader } from '../backup-restorer.ts';
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
    const { checksLeftOut = [] } = await restorer.restore({
      backupId,
      to,
      signal,
      progress: () => undefined,
    });
    await mkdir(comparing, { mode: 0o700 });
    await restorer.compare(backupId, to, { scratch: comparing, checksLeftOut });
    return [];
  } catch (error) {
    signal.throwIfAborted();
    return [findingOf(error, restorer.type)];
  } finally {
    for (const path of [to, comparing]) await rm(path, { recursive: true, force: true });
  }
}

/** Has a restore rehearsed; `left` says why it was not tried. */
export async function rehearse(
  { scratch, signal }: Pick<Verification, 'scratch' | 'signal'>,
  reader: RehearsingReader,
  backupId: string,
): Promise<{ readonly findings: readonly Finding[]; readonly left: string | null }> {
  try {
    return { findings: [], left: await reader.rehearse(backupId, { scratch, signal }) };
  } catch (error) {
    signal.throwIfAborted();
    return { findings: [findingOf(error, reader.type)], left: null };
  }
}
