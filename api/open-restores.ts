import type { OpenRestore } from '../stores/restores/port.ts';
import type { RecoveryRecord } from '../stores/metadata/recovery-port.ts';
import type { ApiDeps } from './deps.ts';

/** A restore while it is queued or runs. */
export async function openRestoreOf(
  id: string,
  { restores }: Pick<ApiDeps, 'restores'>,
): Promise<OpenRestore | undefined> {
  return (await restores.open()).find(({ order }) => order.restoreId === id);
}

/** What the record will say of a restore that was let in a moment ago and is not yet recorded here. */
export function recordOfOpen({ order, state, startTime, worker }: OpenRestore): RecoveryRecord {
  const { restoreId, ...asked } = order;
  return {
    id: restoreId,
    ...asked,
    ...{ status: state, startTime, worker, endTime: null, plainBytes: null, sealedBytes: null },
    ...{ objects: null, counts: null, notes: null, errorCode: null, errorMessage: null },
  };
}

/** How far a restore is. */
export interface RestoreStanding {
  readonly restoreId: string;
  readonly state: OpenRestore['state'];
  readonly done: number | null;
  readonly total: number | null;
  readonly unit: 'bytes' | 'rows' | null;
  /** False for a running one whose worker is silent: it will be ended. */
  readonly alive: boolean;
}

export function standingOf({ order, state, progress, alive }: OpenRestore): RestoreStanding {
  const { done = null, total = null, unit = null } = progress ?? {};
  return { restoreId: order.restoreId, state, done, total, unit, alive: state === 'queued' || alive };
}
