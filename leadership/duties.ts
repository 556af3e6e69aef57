import type { Duties } from './reign.ts';

export interface LeaderWork {
  /** Brings metadata and fencing token up to what the store proves. */
  readonly reconcile: () => Promise<unknown>;
  /** Begins to consume what the leader alone consumes. Must bear being called again after it failed. */
  readonly startParts: (token: string) => Promise<void>;
  readonly stopParts: () => Promise<void>;
  /** Closes backups whose worker died; how many. */
  readonly reap: (signal: AbortSignal) => Promise<number>;
  /** Ends restores whose worker died. */
  readonly reapRestores: () => Promise<unknown>;
  /** Asks for a check of the schedules: something has become free. */
  readonly requestCheck: () => Promise<void>;
  /** Whether the metadata refuses the events: a check that comes meanwhile fails. */
  readonly recordingFails: () => boolean;
  readonly archive: () => Promise<void>;
  /** Makes a transfer of every new event. */
  readonly recordInLedger: (signal: AbortSignal) => Promise<void>;
  readonly trim: () => Promise<void>;
  /** Removes what failed attempts have left in the store. */
  readonly sweep: (signal: AbortSignal) => Promise<unknown>;
}

/** What a leader does, in its order: first what may be wrong is put right, then the parts are started. */
export function leaderDuties(work: LeaderWork, { housekeepingMs = 5000 } = {}): Duties {
  let failed = false;
  return {
    async onGain(token, signal) {
      await work.reconcile();
      signal.throwIfAborted();
      await work.startParts(token);
    },
    onLose: work.stopParts,
    chores: [
      {
        name: 'reap',
        everyMs: housekeepingMs,
        async run(signal) {
          if ((await work.reap(signal)) > 0) await work.requestCheck();
        },
      },
      {
        name: 'restores',
        everyMs: housekeepingMs,
        async run() {
          await work.reapRestores();
        },
      },
      {
        name: 'recheck',
        everyMs: housekeepingMs,
        // A check that has failed is left to the next tick, which may be minutes away.
        async run() {
          if (work.recordingFails()) failed = true;
          else if (failed) {
            await work.requestCheck();
            failed = false;
          }
        },
      },
      { name: 'archive', everyMs: housekeepingMs, run: work.archive },
      { name: 'ledger', everyMs: housekeepingMs, run: work.recordInLedger },
      { name: 'trim', everyMs: 3_600_000, run: work.trim },
      {
        name: 'sweep',
        everyMs: 3_600_000,
        async run(signal) {
          await work.sweep(signal);
        },
      },
    ],
  };
}
