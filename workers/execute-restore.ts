import type { Restored } from '../backups/backup-restorer.ts';
import type { Clock } from '../engine/clock.ts';
import type { Log } from '../engine/log.ts';
import { backOff, type Pause } from '../engine/pause.ts';
import { CodedError, errorCode, errorText } from '../errors/coded-error.ts';
import type { RestoreEvent } from '../model/restore-event.ts';
import type { RestoreOrder } from '../model/restore-order.ts';
import type { RestoreProgress, Restores } from '../stores/restores/port.ts';
import type { Activity } from './activity.ts';
import { boundedEnd, StillRunning } from './bounded-end.ts';
import { every } from './every.ts';

/** What came of a restore, with what was read for it. */
export interface FinishedRestore extends Restored {
  readonly plainBytes: number;
  readonly sealedBytes: number;
  readonly objects: number;
}

/** All that restoring needs besides its order. */
export interface RestoreFrame {
  /** Must end soon after the signal aborts, and leave nothing at the target unless all of it is there. */
  restore(
    order: RestoreOrder,
    watch: { readonly signal: AbortSignal; readonly progress: (made: RestoreProgress) => void },
  ): Promise<FinishedRestore>;
  readonly restores: Restores;
  readonly renewEveryMs: number;
  /** How long aborted work may take to end. */
  readonly endWithinMs: number;
  /** Called when aborted work does not end: this process should. */
  onHung(): void;
  readonly activity: Activity;
  /** This worker, `host:pid`. */
  readonly worker: string;
  readonly pause: Pause;
  readonly clock: Clock;
  readonly log: Log;
}

/** So long the end of a restore is tried to be recorded, each try a little later. */
const recordTries = 12;

/**
 * One restore from begin to its last event. A message of one that has begun before is dropped: its worker died, and the
 * reaper ends it. Throws what the restore failed of, after it was recorded.
 */
export async function executeRestore(
  order: RestoreOrder,
  shutdown: AbortSignal,
  frame: RestoreFrame,
): Promise<'completed' | 'superseded'> {
  const { restores, worker, log, clock } = frame;
  const { restoreId, backupType, backupId, to } = order;
  const facts = { restoreId, backupType, backupId, to };
  const startTime = await restores.begin(order, worker);
  if (startTime === undefined) {
    log.info(facts, 'message dropped: this restore has begun before, or has ended');
    return 'superseded';
  }
  log.info({ ...facts, requestedBy: order.requestedBy, reason: order.reason }, 'restore started');
  const by = { restore: order, startTime, worker };
  const ended = () => {
    const endTime = new Date(clock.now()).toISOString();
    return { ...by, at: endTime, endTime };
  };
  try {
    const { counts, notes, plainBytes, sealedBytes, objects } = await restoreAlive(order, shutdown, frame);
    const made = { counts: { ...counts }, notes: [...notes], plainBytes, sealedBytes, objects };
    await record({ kind: 'restore-completed', ...ended(), ...made }, frame);
    log.info({ ...facts, counts }, 'restore completed');
    return 'completed';
  } catch (thrown) {
    const error = thrown instanceof StillRunning ? thrown.cause : thrown;
    const failure = { code: errorCode(error), message: errorText(error) };
    log.error({ ...facts, code: failure.code }, `restore failed: ${failure.message}`);
    await record({ kind: 'restore-failed', ...ended(), error: failure }, frame);
    if (thrown instanceof StillRunning) frame.onHung();
    throw error;
  }
}

/** Restores while signs of life are given; stopped with the worker, or when it was given up meanwhile. */
async function restoreAlive(
  order: RestoreOrder,
  shutdown: AbortSignal,
  frame: RestoreFrame,
): Promise<FinishedRestore> {
  const { restores, worker, activity, log } = frame;
  const { restoreId } = order;
  const abort = new AbortController();
  let progress: RestoreProgress | null = null;
  const stop = (): void => {
    abort.abort(new CodedError('restore-interrupted', 'the worker stops: nothing was restored'));
  };
  shutdown.addEventListener('abort', stop);
  if (shutdown.aborted) stop();
  const renewing = every(
    frame.renewEveryMs,
    async () => {
      if (await restores.renew(restoreId, worker, progress)) return;
      abort.abort(new CodedError('lock-lost', 'it was given up, or Redis has lost it: nothing was restored'));
    },
    (error) => {
      log.warn({ restoreId, error: errorText(error) }, 'no sign of life could be given');
    },
  );
  const since = new Date(frame.clock.now()).toISOString();
  const bytes = (): number => (progress?.unit === 'bytes' ? progress.done : 0);
  activity.begin({ backupId: order.backupId, attempt: 1, since }, bytes);
  try {
    const watch = {
      signal: abort.signal,
      progress: (made: RestoreProgress) => {
        progress = made;
      },
    };
    return await boundedEnd(frame.restore(order, watch), abort.signal, frame.endWithinMs);
  } finally {
    activity.end();
    shutdown.removeEventListener('abort', stop);
    await renewing.stop();
  }
}

/** A target that is there must not be told as failed for a moment without Redis. */
async function record(event: RestoreEvent, { restores, pause, log }: RestoreFrame): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await restores.finish(event);
      return;
    } catch (error) {
      const { restoreId } = event.restore;
      const facts = { restoreId, kind: event.kind, error: errorText(error) };
      if (tries === recordTries) {
        log.error(facts, 'the end of a restore could not be recorded; the reaper ends it');
        return;
      }
      log.warn(facts, 'the end of a restore could not be recorded yet');
      await pause(backOff(tries), new AbortController().signal);
    }
  }
}
