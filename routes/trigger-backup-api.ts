import { route } from '../engine/route.ts';
import { acknowledgeBackupTrigger } from '../processors/acknowledge-backup-trigger.ts';
import { extractBackupTriggerParams } from '../processors/extract-backup-trigger-params.ts';
import { triggerBackup, triggerBackupApi } from './direct-endpoints.ts';
import { answerWithError } from './error-policies.ts';

export const triggerBackupByApi = route('trigger-backup-api', answerWithError)
  .from(triggerBackupApi)
  .process(extractBackupTriggerParams)
  .to(triggerBackup)
  .process(acknowledgeBackupTrigger);
