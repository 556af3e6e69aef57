import type { RestoreEvent } from '../../model/restore-event.ts';
import type { RestoreOrder } from '../../model/restore-order.ts';

/** How far a restore is: bytes read first; a ledger then counts rows that are written. */
export interface RestoreProgress {
  readonly done: number;
  readonly total: number;
  readonly unit: 'bytes' | 'rows';
}

/** A restore that was let in and has not ended. Times are ISO-8601 UTC. */
export interface OpenRestore {
  readonly order: RestoreOrder;
  readonly state: 'queued' | 'running';
  readonly startTime: string | null;
  readonly worker: string | null;
  readonly progress: RestoreProgress | null;
  /** Of a running one: its worker has given a sign of life lately. */
  readonly alive: boolean;
}

/** Restores that are under way, and the events that go with them. Each method but `open` is one atomic step. */
export interface Restores {
  /** Lets it in and appends its event. */
  admit(order: RestoreOrder): Promise<void>;
  /** queued → running, once, with its event; returns its start, undefined for one that is not queued: drop the message. */
  begin(order: RestoreOrder, worker: string): Promise<string | undefined>;
  /** A sign of life of the worker. False: it was given up, or Redis has lost it; stop. */
  renew(restoreId: string, worker: string, progress: RestoreProgress | null): Promise<boolean>;
  /** Appends the last event and ends it, whoever holds it: what came of a restore is told by who did it. */
  finish(event: RestoreEvent): Promise<void>;
  /** For the reaper: ends one whose worker is silent, with this event. False: it is alive, or gone. */
  close(event: RestoreEvent): Promise<boolean>;
  open(): Promise<readonly OpenRestore[]>;
}
