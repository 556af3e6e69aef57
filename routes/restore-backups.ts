import { route } from '../engine/route.ts';
import { admitRestore } from '../processors/admit-restore.ts';
import { planRestore } from '../processors/plan-restore.ts';
import type { OrderedRestore, PlannedRestore } from '../processors/restoring/restore-request.ts';
import { runRestore } from '../processors/run-restore.ts';
import { backupRestores } from '../queues/backup-restores.ts';
import { restoreBackupApi } from './direct-endpoints.ts';
import { answerWithError, restoreOnce } from './error-policies.ts';

/** A rehearsal ends with its plan. */
function isOrdered(planned: PlannedRestore): planned is OrderedRestore {
  return planned.order !== null;
}

export const restoreBackupByApi = route('restore-backup-api', answerWithError)
  .from(restoreBackupApi)
  .process(planRestore)
  .filter(isOrdered)
  .process(admitRestore)
  .split(({ order }) => [order])
  .to(backupRestores);

export const restoreOneBackup = route('restore-backup', restoreOnce).from(backupRestores).process(runRestore);
