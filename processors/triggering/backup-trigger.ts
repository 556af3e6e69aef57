import type { BackupKind, BackupScope, BackupType } from '../../model/backup-kind.ts';
import type { BackupOrder } from '../../model/backup-order.ts';
import type { KindOrder } from '../../model/kind-order.ts';

interface Asked {
  readonly trigger: Exclude<BackupOrder['trigger'], 'schedule'>;
  /** Name of the API key, or what the message says. */
  readonly requestedBy: string;
  /** The same key within a day names the same backup. */
  readonly idempotencyKey?: string;
}

/** Somebody asks for a backup; the body is not looked at yet. */
export interface TriggerRequest extends Asked {
  /** {backupType, backupScope?, tenantId?} */
  readonly body: unknown;
}

/** What is asked for, in our own terms. */
export interface BackupTrigger extends Asked {
  readonly kind: BackupKind;
  readonly type: BackupType;
  readonly scope: BackupScope;
  readonly tenantId: string | null;
}

/** What became of a trigger that was not refused. */
export type AdmittedTrigger = DispatchedTrigger | QueuedTrigger | RepeatedTrigger;
export interface DispatchedTrigger {
  readonly outcome: 'dispatched';
  readonly order: KindOrder;
}
/** Let in, and dispatched when the backup that it waits for has ended. */
export interface QueuedTrigger {
  readonly outcome: 'queued';
  readonly backupId: string;
  readonly waitingFor: string;
}
/** The idempotency key was used before, for this backup. */
export interface RepeatedTrigger {
  readonly outcome: 'repeated';
  readonly backupId: string;
}

/** The answer to who asked. */
export interface TriggerReply {
  readonly backupId: string;
  /** `queued`: it waits for the backup named by `waitingFor`. */
  readonly status: 'dispatched' | 'queued';
  readonly waitingFor?: string;
}
