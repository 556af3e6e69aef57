import { hostname } from 'node:os';
import { join } from 'node:path';
import { mkdir, rm } from 'node:fs/promises';
import type { VerificationReport } from '../../backups/verification/report.ts';
import type { VerificationLevel } from '../../model/verification.ts';
import type { Verification } from '../../backups/verification/verification.ts';
import { verifyBackup } from '../../backups/verification/verify-backup.ts';
import type { Configuration } from '../../config/configuration.ts';
import { CodedError } from '../../errors/coded-error.ts';
import { systemClock } from '../../engine/clock.ts';
import { type BackupType, backupTypes } from '../../model/backup-kind.ts';
import { manifestPath } from '../../model/manifest.ts';
import type { OpenedBackups } from './open-backups.ts';
import { openReader } from './readers.ts';
import { keepMarked } from '../../workers/scratch-folder.ts';

interface Asked extends Pick<Verification, 'signal' | 'begin' | 'progress' | 'proven'> {
  readonly backupId: string;
  readonly level: VerificationLevel;
  /** Between two marks of its scratch folder, in ms: `keepMarked`. */
  readonly markEveryMs?: number;
}

/** Verifies a backup of whatever type. Throws `backup-not-found`. */
export async function verify(
  configuration: Pick<Configuration, 'sources' | 'scratch'>,
  backups: OpenedBackups,
  asked: Asked,
): Promise<VerificationReport> {
  const type = await typeOf(backups.vault.store, asked.backupId);
  return verifyOfType(configuration, backups, { ...asked, type });
}

/**
 * Verifies a backup that is known to have been completed, in a scratch folder of its own: one without a manifest is
 * damaged.
 */
export async function verifyOfType(
  configuration: Pick<Configuration, 'sources' | 'scratch'>,
  { vault, catalog }: OpenedBackups,
  asked: Asked & { readonly type: BackupType },
): Promise<VerificationReport> {
  const { backupId, type, level, signal, begin, progress, proven, markEveryMs } = asked;
  // Named as a worker names its own: what a killed verification leaves, the next verification worker sweeps away.
  const name = `${hostname()},${process.pid},${backupId}.${type}`;
  const scratch = join(configuration.scratch.folder, 'verification', name);
  await rm(scratch, { recursive: true, force: true });
  await mkdir(scratch, { recursive: true, mode: 0o700 });
  const marking = keepMarked(scratch, {
    clock: systemClock,
    // A folder that is gone or out of reach fails the verification itself.
    onError: () => undefined,
    ...(markEveryMs === undefined ? {} : { everyMs: markEveryMs }),
  });
  try {
    const reader = openReader(type, catalog, configuration);
    return await verifyBackup(
      { vault, catalog, reader, clock: systemClock, scratch, signal, begin, progress, proven },
      backupId,
      level,
    );
  } finally {
    await marking.stop();
    await rm(scratch, { recursive: true, force: true });
  }
}

async function typeOf(store: OpenedBackups['vault']['store'], backupId: string): Promise<BackupType> {
  for (const type of backupTypes) {
    if ((await store.head(manifestPath(type, backupId))) !== undefined) return type;
  }
  for (const type of backupTypes) {
    for await (const { key } of store.list(`${type}/${backupId}/`)) {
      throw new CodedError(
        'backup-not-found',
        `${type} backup ${backupId} has no manifest (${store.location(manifestPath(type, backupId))}): it was never completed, or its manifest was deleted; ${key} is there`,
        { facts: { backupId, path: manifestPath(type, backupId) } },
      );
    }
  }
  throw new CodedError('backup-not-found', `there is no backup ${backupId} in the object store`, {
    facts: { backupId },
  });
}
