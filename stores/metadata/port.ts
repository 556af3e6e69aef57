import type { BackupEvent } from '../../model/backup-event.ts';
import type { BackupOrder } from '../../model/backup-order.ts';
import type { BackupScope, BackupType } from '../../model/backup-kind.ts';
import type { RecordedEvent } from '../../model/recorded-event.ts';
import type { Finding, VerificationLevel, VerificationResult } from '../../model/verification.ts';
import type { StreamedEvent } from '../events/port.ts';
import type { Recoveries } from './recovery-port.ts';

/** `damaged`: it was completed, and a verification found it damaged since. */
export const backupStatuses = ['queued', 'running', 'completed', 'failed', 'damaged'] as const;
export type BackupStatus = (typeof backupStatuses)[number];

/** A row of backup_metadata: a backup at its latest attempt. Times are ISO-8601 UTC. */
export interface BackupRecord {
  readonly id: string;
  readonly backupType: BackupType;
  readonly backupScope: BackupScope;
  readonly status: BackupStatus;
  readonly requestedAt: string;
  readonly startTime: string | null;
  readonly endTime: string | null;
  /** Sealed bytes written; null until completed. */
  readonly backupSizeBytes: number | null;
  readonly plainBytes: number | null;
  readonly backupLocation: string | null;
  readonly checksum: string | null;
  readonly schedule: string | null;
  readonly slot: string | null;
  readonly tenantId: string | null;
  readonly trigger: BackupOrder['trigger'];
  readonly requestedBy: string;
  readonly attempt: number;
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly compression: string | null;
  readonly encryption: string | null;
  readonly retentionUntil: string | null;
  readonly parentId: string | null;
  readonly fencingToken: number | null;
  readonly worker: string | null;
  readonly reason: string;
  readonly note: string | null;
  /** What the verification found that made it `damaged`, else null. */
  readonly damage: string | null;
  readonly lastVerification: LastVerification | null;
}

export interface LastVerification {
  readonly id: string;
  readonly level: VerificationLevel;
  readonly reached: VerificationLevel;
  readonly result: VerificationResult;
  readonly endTime: string;
}

/** A row of `verifications`. */
export interface VerificationRecord extends LastVerification {
  readonly backupId: string;
  readonly backupType: BackupType;
  readonly findings: readonly Finding[];
  readonly findingCount: number;
  readonly notes: readonly string[];
  readonly errorCode: string | null;
  readonly errorMessage: string | null;
  readonly startTime: string;
  readonly durationMs: number;
  /** Sealed bytes read. */
  readonly bytes: number;
  readonly objects: number;
  readonly manifests: number;
  readonly schedule: string | null;
  readonly requestedBy: string;
  readonly requestedAt: string;
  readonly reason: string;
  readonly worker: string;
}

/**
 * A completed backup, and when it was last verified at each level or a higher one: when the verification began, and when
 * one ended that could not be done. Milliseconds since the epoch.
 */
export interface Verifiable {
  readonly backupId: string;
  readonly type: BackupType;
  /** Null: of all tenants. */
  readonly tenantId: string | null;
  readonly startedAt: number;
  readonly completedAt: number;
  readonly doneAt: Readonly<Record<VerificationLevel, number | null>>;
  readonly failedAt: Readonly<Record<VerificationLevel, number | null>>;
}

/** The newest backup of a type that cannot be built on, and the damaged one because of which: itself or an ancestor. */
export interface DamagedChain {
  readonly type: BackupType;
  readonly newest: string;
  readonly damaged: string;
  /** What was found. */
  readonly damage: string;
}

export interface HistoryQuery {
  readonly backupType?: BackupType;
  readonly status?: BackupStatus;
  readonly tenantId?: string;
  /** Inclusive, compared with the start time (or the request, where it has not started). */
  readonly from?: string;
  /** Exclusive. */
  readonly to?: string;
  readonly limit: number;
  /** Id of the last backup of the page before. */
  readonly after?: string;
}

/** What the plan needs to know of a schedule; times in milliseconds since the epoch. */
export interface ScheduleHistory {
  readonly schedule: string;
  /** The newest slot at or before `now` that has completed. */
  readonly lastSlot: number | null;
  readonly lastCompletedAt: number | null;
  /** The newest slot at or before `now` whose last attempt failed, when it is newer than `lastSlot`. */
  readonly failed: {
    readonly backupId: string;
    readonly slot: number;
    readonly attempt: number;
    /** Attempts of this backup that failed without being interrupted: what the retry policy counts. */
    readonly failures: number;
    readonly failedAt: number;
    readonly interrupted: boolean;
    readonly error: string;
  } | null;
}

/** What a schedule did while it was of this type; given another, it has a history of its own under that. */
export interface TypedHistory extends ScheduleHistory {
  readonly type: BackupType;
}

/**
 * The questions' side of the events: one DuckDB file per control plane, made from the stream, disposable.
 */
export interface MetadataStore extends Recoveries {
  /** Applies events and moves the cursor in one transaction. Idempotent; order matters only within a backup. */
  apply(events: readonly StreamedEvent[]): Promise<void>;
  /** Applies events that come from elsewhere (manifests, event objects) without touching the cursor. */
  restore(events: readonly RecordedEvent[]): Promise<void>;
  cursor(): Promise<string | undefined>;
  /** Starts over at the beginning of the stream; what is recorded stays. */
  resetCursor(): Promise<void>;
  get(id: string): Promise<BackupRecord | undefined>;
  /** Newest first. */
  history(query: HistoryQuery): Promise<readonly BackupRecord[]>;
  /** Every event of a backup, oldest first. */
  events(id: string): Promise<readonly BackupEvent[]>;
  /** Backups that are queued or running, as orders at their latest attempt. */
  open(): Promise<readonly { readonly record: BackupRecord; readonly order: BackupOrder }[]>;
  /** Backups on demand whose latest attempt was interrupted, as orders at that attempt, oldest first. */
  interruptedOnDemand(): Promise<readonly BackupOrder[]>;
  /** One for each schedule and type. */
  scheduleHistory(now: number): Promise<readonly TypedHistory[]>;
  /**
   * Newest completed backup of each type and scope, for RPO and for incrementals. Damaged ones, those that build on a
   * damaged one, and those of a single tenant are left out.
   */
  newestCompleted(): Promise<readonly BackupRecord[]>;
  /** Median duration of completed backups of a type and scope in ms, for `config check`; undefined without any. */
  typicalDuration(type: BackupType, scope: BackupScope): Promise<number | undefined>;
  /** The order of a backup, at its latest attempt. */
  orderOf(id: string): Promise<BackupOrder | undefined>;
  /** Verifications of a backup, newest first. */
  verifications(backupId: string, limit: number): Promise<readonly VerificationRecord[]>;
  /** Every completed backup, oldest first. */
  verifiable(): Promise<readonly Verifiable[]>;
  /** Types whose newest backup is damaged or builds on a damaged one. */
  damagedChains(): Promise<readonly DamagedChain[]>;
  highestFencingToken(): Promise<number>;
  /** Ids of all backups known as completed. */
  completedIds(): Promise<ReadonlySet<string>>;
  close(): Promise<void>;
}
