import type { BackupCatalog, BackupTaker, ObjectSink, Taken } from '../backups/backup-taker.ts';
import type { Clock } from '../engine/clock.ts';
import type { Log } from '../engine/log.ts';
import type { BackupOrder } from '../model/backup-order.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Exclusion } from '../stores/exclusion/port.ts';
import type { ObjectStore } from '../stores/objects/port.ts';
import type { Activity } from './activity.ts';

/** An attempt that holds the lock. */
export interface Attempt {
  readonly order: BackupOrder;
  readonly fencingToken: number;
  readonly startTime: string;
  readonly worker: string;
}

export interface AttemptLimits {
  /** How long a lock lives; the same as the exclusion's. */
  readonly lockDurationMs: number;
  readonly renewEveryMs: number;
  /** Without a byte for this long an attempt is aborted. */
  readonly stallMs: number;
  /** What is left of an attempt when the worker is asked to stop, before it is aborted and given back. */
  readonly finishWithinMs: number;
  /** How long aborted work may take to end. */
  readonly endWithinMs: number;
  /** When a message comes again whose lock is busy. */
  readonly busyRetryMs: number;
}

export const defaultLimits: AttemptLimits = {
  lockDurationMs: 15_000,
  renewEveryMs: 5_000,
  stallMs: 10 * 60 * 1000,
  finishWithinMs: 10_000,
  endWithinMs: 8_000,
  busyRetryMs: 5_000,
};

/** All that the lifecycle of a backup needs besides its order. */
export interface BackupFrame {
  readonly taker: BackupTaker;
  readonly exclusion: Exclusion;
  readonly catalog: BackupCatalog;
  readonly objects: Pick<ObjectStore, 'location'>;
  /** `written` is called with the bytes of each chunk that goes through. */
  openSink(
    attempt: Attempt,
    options: { readonly signal: AbortSignal; readonly written: (bytes: number) => void },
  ): ObjectSink;
  /** Writes the manifest, once: refused with `object-exists` where there is one. */
  writeManifest(taken: Taken, attempt: Attempt): Promise<Manifest>;
  /** Asks the leader to look at once what is due next. */
  requestCheck(): Promise<void>;
  /** Called when aborted work does not end: this process should, once it has given up its lock. */
  onHung(): void;
  /** This worker, `host:pid`. */
  readonly worker: string;
  /** Where scratch folders are made. */
  readonly scratchRoot: string;
  readonly limits: AttemptLimits;
  readonly activity: Activity;
  /** For times that people see. */
  readonly clock: Clock;
  /** For durations: does not jump when the system's clock is set. */
  readonly stopwatch: Clock;
  readonly log: Log;
}
