import type { Queue } from 'bullmq';
import type { Clock } from '../engine/clock.ts';
import type { Log } from '../engine/log.ts';
import type { VerificationOrder } from '../model/verification.ts';
import type { WorkerKind } from '../model/worker-kind.ts';
import type { BackupHistory } from '../processors/get-backup-history.ts';
import type { BackupScheduleStatus } from '../processors/get-backup-schedule-status.ts';
import type { PlannedRestore, RestoreRequest } from '../processors/restoring/restore-request.ts';
import type { VerificationRequest } from '../processors/verifying/verification-request.ts';
import type { TriggerReply } from '../processors/triggering/backup-trigger.ts';
import type { Exclusion } from '../stores/exclusion/port.ts';
import type { Heartbeats } from '../stores/heartbeats/port.ts';
import type { DamagedChain, HistoryQuery, MetadataStore } from '../stores/metadata/port.ts';
import type { Restores } from '../stores/restores/port.ts';
import type { AccessTokens } from './auth/access-tokens.ts';
import type { ApiKeys } from './auth/api-keys.ts';

/**
 * The direct routes that the API asks: trigger-backup-api, verify-backup-api, restore-backup-api, get-backup-schedule,
 * get-backup-history.
 */
export interface BackupRoutes {
  /** Throws `backup-already-running` with the other's id, `source-not-configured`, `invalid-request`. */
  triggerBackup(body: unknown, who: string, idempotencyKey: string | undefined): Promise<TriggerReply>;
  /** Throws `backup-not-found`, `backup-not-completed`, `verification-already-running` with the other's id. */
  verifyBackup(request: VerificationRequest): Promise<VerificationOrder>;
  /** Throws `restores-not-configured`, `invalid-request`, `backup-not-found`, `object-damaged`, `restore-target-exists`. */
  restoreBackup(request: RestoreRequest): Promise<PlannedRestore>;
  backupSchedule(): Promise<BackupScheduleStatus>;
  /** `cursor` is the `nextCursor` of the page before. */
  backupHistory(query: Omit<HistoryQuery, 'after'> & { readonly cursor?: string }): Promise<BackupHistory>;
}

/** Facts, not judgements; each is found out within two seconds, or reported as not known. */
export interface HealthFacts {
  readonly redis: { readonly ok: boolean; readonly detail: string | null };
  /** How long ago the oldest event not yet recorded here was made: 0 when up to date, null when not known. */
  readonly metadata: { readonly ok: boolean; readonly lagMs: number | null; readonly detail: string | null };
  /** The leader alone writes the ledger: null elsewhere. When it last held every event (ms), and why it does not. */
  readonly ledger: { readonly upToDateAt: number | null; readonly error: string | null } | null;
  readonly leader: { readonly holder: string | null; readonly self: boolean };
  /** Types whose newest backup is damaged, or builds on a damaged one; null: not known. */
  readonly damaged: readonly DamagedChain[] | null;
  /** The newest tick of the master timer that was handled, and how often one should come. */
  readonly lastTick: string | null;
  readonly tickEveryMs: number;
  /** Kinds of workers that should be there: of each type whose source is configured, and of restores where they are. */
  readonly workers: readonly WorkerKind[];
}

/** Everything that the API may use. */
export interface ApiDeps {
  readonly routes: BackupRoutes;
  readonly metadata: Pick<MetadataStore, 'get' | 'events'>;
  readonly verifications: Pick<MetadataStore, 'verifications'>;
  /** Whether a verification is queued or running. */
  readonly openVerifications: { has(verificationId: string): Promise<boolean> };
  readonly recoveries: Pick<MetadataStore, 'recovery' | 'recoveries'>;
  readonly restores: Pick<Restores, 'open'>;
  readonly exclusion: Pick<Exclusion, 'admissions'>;
  readonly heartbeats: Pick<Heartbeats, 'readHeartbeats'>;
  readonly health: { facts(): Promise<HealthFacts> };
  readonly apiKeys: Pick<ApiKeys, 'list' | 'verify' | 'sessionSecret'>;
  /** Undefined where no identity provider is configured. */
  readonly accessTokens: AccessTokens | undefined;
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
