import type { Queue } from 'bullmq';
import type { Clock } from '../engine/clock.ts';
import type { Log } from '../engine/log.ts';
import type { BackupType } from '../model/backup-kind.ts';
import type { BackupEvent } from '../model/backup-event.ts';
import type { Exclusion } from '../stores/exclusion/port.ts';
import type { BackupRecord, HistoryQuery, MetadataStore } from '../stores/metadata/port.ts';
import type { ApiKeys } from './auth/api-keys.ts';

/** What a trigger led to: its message is in the queue, or it waits for the backup named by `waitingFor`. */
export interface TriggerReply {
  readonly backupId: string;
  readonly status: 'dispatched' | 'queued';
  readonly waitingFor?: string;
}

/** A schedule as people see it. More fields may join; those of the specification come first. */
export interface ScheduleStatus {
  readonly name: string;
  /** ISO-8601 duration, or the cron expression with its time zone. */
  readonly interval: string;
  readonly lastBackup: string | null;
  readonly nextBackup: string | null;
  /** Why it is due, not due or held back. */
  readonly reason: string;
  readonly [further: string]: unknown;
}

/** The direct routes that the API asks: trigger-backup-api, get-backup-schedule, get-backup-history. */
export interface BackupRoutes {
  /** Throws `backup-already-running` with the other's id, `source-not-configured`, `invalid-request`. */
  triggerBackup(body: unknown, who: string, idempotencyKey: string | undefined): Promise<TriggerReply>;
  backupSchedule(): Promise<{ readonly enabled: boolean; readonly schedules: readonly ScheduleStatus[] }>;
  backupHistory(query: HistoryQuery): Promise<readonly BackupRecord[]>;
}

/** What a worker process says of itself every few seconds. */
export interface WorkerHeartbeat {
  readonly type: BackupType;
  readonly host: string;
  readonly pid: number;
  readonly startedAt: string;
  /** When it was last heard of. */
  readonly at: string;
  readonly running: { readonly backupId: string; readonly attempt: number; readonly since: string } | null;
}

/** Facts, not judgements; each is found out within two seconds, or reported as not known. */
export interface HealthFacts {
  readonly redis: { readonly ok: boolean; readonly detail: string | null };
  /** How long ago the oldest event not yet recorded here was made: 0 when up to date, null when not known. */
  readonly metadata: { readonly ok: boolean; readonly lagMs: number | null; readonly detail: string | null };
  readonly leader: { readonly holder: string | null; readonly self: boolean };
  /** The newest tick of the master timer that was handled, and how often one should come. */
  readonly lastTick: string | null;
  readonly tickEveryMs: number;
  /** Types whose source is configured: each should have a worker. */
  readonly types: readonly BackupType[];
}

/** Everything that the API may use. */
export interface ApiDeps {
  readonly routes: BackupRoutes;
  readonly metadata: Pick<MetadataStore, 'get' | 'events'>;
  readonly exclusion: Pick<Exclusion, 'admissions'>;
  readonly heartbeats: { list(): Promise<readonly WorkerHeartbeat[]> };
  readonly health: { facts(): Promise<HealthFacts> };
  /** Where refused triggers are put on record. */
  readonly events: { append(event: BackupEvent): Promise<void> };
  readonly apiKeys: Pick<ApiKeys, 'list' | 'verify' | 'sessionSecret'>;
  readonly clock: Clock;
  readonly log: Log;
  /** Queues that the board shows. */
  readonly queues: readonly Queue[];
  /** Aborted when the process is to end: open event streams are closed. */
  readonly stopping: AbortSignal;
  /** True behind TLS: session cookies are then never sent without it. */
  readonly secureCookies: boolean;
  /** How often running progress is looked at, ms. */
  readonly progressEveryMs: number;
  readonly version: string;
}
