import { describeBackup } from '../../backups/manifests/describe-backup.ts';
import { writeManifest } from '../../backups/manifests/write-manifest.ts';
import type { Taken } from '../../backups/backup-taker.ts';
import type { Vault } from '../../backups/sealing/open-object.ts';
import type { Clock } from '../../engine/clock.ts';
import type { Manifest } from '../../model/manifest.ts';
import type { Attempt } from '../../workers/backup-frame.ts';
import { softwareVersion } from '../software-version.ts';

/** Writes the manifest of what an attempt took, once; the backup ends at that moment. */
export function manifestWriter(vault: Vault, clock: Clock) {
  return (taken: Taken, attempt: Attempt): Promise<Manifest> => {
    const endTime = new Date(clock.now()).toISOString();
    const by = { ...attempt, endTime, retentionUntil: null, software: `backup-scheduler ${softwareVersion}` };
    return writeManifest(vault, describeBackup(taken, by, vault.keys));
  };
}
