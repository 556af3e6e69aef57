import type { Admission } from '../stores/exclusion/port.ts';
import type { BackupRecord } from '../stores/metadata/port.ts';
import type { ApiDeps } from './deps.ts';

/** The admission of a backup while it waits, is dispatched or runs. */
export async function admissionOf(
  id: string,
  { exclusion }: Pick<ApiDeps, 'exclusion'>,
): Promise<(Admission & { readonly held: boolean }) | undefined> {
  return (await exclusion.admissions()).find(({ order }) => order.backupId === id);
}

/** What the history will say of a backup that was let in a moment ago and is not yet recorded here. */
export function recordOfAdmission({
  order,
  state,
  startTime,
  fencingToken,
  worker,
}: Admission): BackupRecord {
  return {
    id: order.backupId,
    backupType: order.type,
    backupScope: order.scope,
    status: state === 'running' ? 'running' : 'queued',
    requestedAt: order.requestedAt,
    startTime,
    endTime: null,
    backupSizeBytes: null,
    plainBytes: null,
    backupLocation: null,
    checksum: null,
    schedule: order.schedule,
    slot: order.slot,
    tenantId: order.tenantId,
    trigger: order.trigger,
    requestedBy: order.requestedBy,
    attempt: order.attempt,
    errorCode: null,
    errorMessage: null,
    compression: null,
    encryption: null,
    retentionUntil: null,
    parentId: null,
    fencingToken,
    worker,
    reason: order.reason,
    note: null,
    damage: null,
    lastVerification: null,
  };
}

/** How far an admitted backup is; times are ISO-8601 UTC, bytes those read so far. */
export interface BackupProgress {
  readonly backupId: string;
  readonly attempt: number;
  readonly state: Admission['state'];
  readonly since: string;
  readonly bytes: number | null;
  readonly lastByteAt: string | null;
  /** False for a running one whose lock has run out: its worker has died, and it will be closed. */
  readonly held: boolean;
}

export function progressOf({
  order,
  state,
  since,
  progress,
  held,
}: Admission & { readonly held: boolean }): BackupProgress {
  return {
    backupId: order.backupId,
    attempt: order.attempt,
    state,
    since: new Date(since).toISOString(),
    bytes: progress?.bytes ?? null,
    lastByteAt: progress === null ? null : new Date(progress.at).toISOString(),
    held,
  };
}
