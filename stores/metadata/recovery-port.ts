import type { RestorableType, RestoreOrder } from '../../model/restore-order.ts';

export const recoveryStatuses = ['queued', 'running', 'completed', 'failed'] as const;
export type RecoveryStatus = (typeof recoveryStatuses)[number];

/** A row of `recoveries`: a restore and what came of it. Times are ISO-8601 UTC. */
export interface RecoveryRecord {
  readonly id: string;
  readonly backupType: RestorableType;
  readonly backupId: string;
  /** The moment that was asked for; null for the newest backup, or one that was named. */
  readonly at: string | null;
  readonly to: string;
  readonly tables: readonly string[] | null;
  readonly tenant: RestoreOrder['tenant'];
  readonly status: RecoveryStatus;
  readonly trigger: RestoreOrder['trigger'];
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly reason: string;
  readonly startTime: string | null;
  readonly endTime: string | null;
  readonly worker: string | null;
  /** Of the objects that were read; null until completed. */
  readonly plainBytes: number | null;
  readonly sealedBytes: number | null;
  readonly objects: number | null;
  /** What came back, in the type's own terms; null until completed. */
  readonly counts: Readonly<Record<string, number>> | null;
  readonly notes: readonly string[] | null;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
}

export interface RecoveryQuery {
  readonly backupType?: RestorableType;
  readonly status?: RecoveryStatus;
  readonly limit: number;
  /** Id of the last restore of the page before. */
  readonly after?: string;
}

/** What was restored, by whom and why: made from the stream like the rest of the metadata. */
export interface Recoveries {
  recovery(id: string): Promise<RecoveryRecord | undefined>;
  /** Newest first. */
  recoveries(query: RecoveryQuery): Promise<readonly RecoveryRecord[]>;
  /** Restores that are queued or running, as orders. */
  openRecoveries(): Promise<readonly { readonly record: RecoveryRecord; readonly order: RestoreOrder }[]>;
  /** Plain bytes a second of the newest restores of a type, their median; undefined without any. */
  restoreRate(type: RestorableType): Promise<number | undefined>;
}
