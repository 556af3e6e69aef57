import type { Runner } from '../engine/start-routes.ts';
import {
  backupHistory,
  backupSchedule,
  restoreBackupApi,
  triggerBackupApi,
  verifyBackupApi,
} from '../routes/direct-endpoints.ts';
import type { BackupRoutes } from './deps.ts';

/** The routes that run in this process, as the API asks them. */
export function backupRoutesOf(runner: Pick<Runner, 'request'>): BackupRoutes {
  return {
    triggerBackup: (body, requestedBy, idempotencyKey) =>
      runner.request(triggerBackupApi, {
        body,
        trigger: 'api',
        requestedBy,
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      }),
    verifyBackup: (request) => runner.request(verifyBackupApi, request),
    restoreBackup: (request) => runner.request(restoreBackupApi, request),
    backupSchedule: () => runner.request(backupSchedule, {}),
    backupHistory: (query) => runner.request(backupHistory, query),
  };
}
