import type { BackupEvent } from '../../model/backup-event.ts';
import type { BackupOrder } from '../../model/backup-order.ts';

/** `global`: one backup at a time. `type`: one of each type. */
export type LockScope = 'global' | 'type';

/** A backup that was let in and has not ended: the only truth about what runs. At most one per type. */
export interface Admission {
  readonly order: BackupOrder;
  /**
   * `waiting` (on demand, behind another type), `dispatched` (its message is in the queue), `running` (a worker holds
   * the lock).
   */
  readonly state: 'waiting' | 'dispatched' | 'running';
  /** Milliseconds since the epoch at which it came into this state. */
  readonly since: number;
  readonly fencingToken: number | null;
  readonly worker: string | null;
  readonly startTime: string | null;
  /** Bytes read so far and when the last of them came; null before the first renewal. */
  readonly progress: { readonly bytes: number; readonly at: number } | null;
}

export type AdmitResult =
  | { readonly outcome: 'dispatched' }
  /** On demand only: admitted, and dispatched later, by the plan, when `behind` has ended. */
  | { readonly outcome: 'waiting'; readonly behind: string }
  /** The type has an admitted backup already. */
  | { readonly outcome: 'refused'; readonly by: string; readonly state: Admission['state'] }
  /** A scheduled order while another type runs under `global`, or on-demand ones wait: the plan tries again. */
  | { readonly outcome: 'busy'; readonly by: string }
  /** The Idempotency-Key was used before, for this backup. */
  | { readonly outcome: 'repeated'; readonly backupId: string }
  /** The lease that a scheduled order was decided under is no longer held. */
  | { readonly outcome: 'not-leader' };

export type BeginResult =
  | { readonly outcome: 'begun'; readonly fencingToken: number; readonly startTime: string }
  /** Another backup holds the lock: come back later, no attempt is used up. */
  | { readonly outcome: 'busy'; readonly by: string }
  /** This attempt is not the admitted one, or has begun before: drop the message. */
  | { readonly outcome: 'superseded' };

/** Proof of who owns the lock, kept by the worker while it works. */
export interface Holding {
  readonly order: BackupOrder;
  readonly fencingToken: number;
}

/**
 * Admission, lock and the events that go with them. Each method is one atomic step, so no crash leaves half of it.
 * Fencing tokens only rise, also after Redis has lost everything.
 */
export interface Exclusion {
  /** Lets an order in, or says why not. Appends a `requested` event when it is let in. */
  admit(
    order: BackupOrder,
    options: { readonly idempotencyKey?: string; readonly leaseToken?: string },
  ): Promise<AdmitResult>;
  /** waiting → dispatched when nothing stands in the way. False when it may not run yet or is gone. */
  promote(backupId: string): Promise<boolean>;
  /** dispatched → running: takes the lock with a new fencing token and appends `started`. */
  begin(order: BackupOrder, worker: string): Promise<BeginResult>;
  /** Extends the lock and notes progress (bytes read so far). False: the lock is lost, stop and publish nothing. */
  renew(holding: Holding, bytes: number): Promise<boolean>;
  /** Whether the lock is still held; asked right before the manifest is written. */
  owns(holding: Holding): Promise<boolean>;
  /** Appends the terminal event, ends the admission, releases the lock. False: not the owner any more, nothing was done. */
  finish(holding: Holding, event: BackupEvent): Promise<boolean>;
  /** For the reaper: ends an admission whose lock is not held and appends the event. False: it is alive or gone. */
  close(order: BackupOrder, event: BackupEvent): Promise<boolean>;
  /** Everything admitted, with `held` saying whether a live lock stands behind it. */
  admissions(): Promise<readonly (Admission & { readonly held: boolean })[]>;
  /** Makes later tokens higher than this one (the highest in the manifests). */
  raiseFencingToken(atLeast: number): Promise<void>;
}
