import { route } from '../engine/route.ts';
import { extractBackupTriggerParams } from '../processors/extract-backup-trigger-params.ts';
import { unpackBackupTrigger } from '../processors/unpack-backup-trigger.ts';
import { backupTriggers } from '../queues/backup-triggers.ts';
import { triggerBackup } from './direct-endpoints.ts';
import { retryThenDeadLetter } from './error-policies.ts';

export const triggerBackupByQueue = route('trigger-backup-queue', retryThenDeadLetter)
  .from(backupTriggers)
  .process(unpackBackupTrigger)
  .process(extractBackupTriggerParams)
  .to(triggerBackup);
