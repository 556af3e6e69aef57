import { queue } from '../engine/endpoint.ts';
import { restoreOrder } from '../model/restore-order.ts';

/** Restores that were asked for over the API, each once. */
export const backupRestores = queue('backup-restores', restoreOrder, {
  jobId: ({ restoreId }) => restoreId,
  correlate: ({ restoreId }) => restoreId,
});
