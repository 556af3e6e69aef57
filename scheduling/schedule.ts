import type { BackupKind } from '../model/backup-kind.ts';

/**
 * When slots are, in milliseconds: fixed-rate from an anchor (only its phase counts), or a cron expression in a time
 * zone.
 */
export type Timing =
  { readonly every: number; readonly anchor: number } | { readonly cron: string; readonly timeZone: string };

/** How often and when a failed attempt is tried again; after `maxAttempts` failures the slot is given up. */
export interface RetryPolicy {
  /** Attempts of one slot in all, the first included; 1: no retry. */
  readonly maxAttempts: number;
  readonly initialDelayMs: number;
  /** Each delay is the one before times this, up to `maxDelayMs`. */
  readonly factor: number;
  readonly maxDelayMs: number;
  /** Share of a delay (0–1) that is taken off or added, the same for the same backup and attempt. */
  readonly jitter: number;
}

export interface Schedule {
  readonly name: string;
  readonly kind: BackupKind;
  readonly timing: Timing;
  /** Schedules that go first when they are due at the same time. */
  readonly after: readonly string[];
  /** What becomes of slots missed while nothing ran: the newest is caught up, once, or all are skipped. */
  readonly misfire: 'catch-up' | 'skip';
  /** With `skip`: how late a slot may begin and still count as met. */
  readonly misfireGraceMs: number;
  /** Each slot is due up to this much after its time. */
  readonly jitterMs: number;
  /** An attempt is aborted after this; null: never. */
  readonly timeoutMs: number | null;
  readonly enabled: boolean;
  readonly retry: RetryPolicy;
  /** Recovery point objective: how old the newest restorable data may be; null: no target. */
  readonly rpoMs: number | null;
}
