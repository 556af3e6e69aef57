import { route } from '../engine/route.ts';
import { admitBackup } from '../processors/admit-backup.ts';
import type { AdmittedTrigger, DispatchedTrigger } from '../processors/triggering/backup-trigger.ts';
import { validateBackupTrigger } from '../processors/validate-backup-trigger.ts';
import { backupsByKind, triggerBackup } from './direct-endpoints.ts';
import { answerWithError } from './error-policies.ts';

/** One that waits is dispatched by a later check; one that was asked for before has been dispatched. */
function isDispatched(admitted: AdmittedTrigger): admitted is DispatchedTrigger {
  return admitted.outcome === 'dispatched';
}

export const triggerOneBackup = route('trigger-backup', answerWithError)
  .from(triggerBackup)
  .process(validateBackupTrigger)
  .process(admitBackup)
  .filter(isDispatched)
  .split(({ order }) => [order])
  .choose('kind', backupsByKind);
