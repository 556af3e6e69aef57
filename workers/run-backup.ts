import { Later } from '../engine/later.ts';
import { errorText } from '../errors/coded-error.ts';
import type { BackupOrder } from '../model/backup-order.ts';
import type { Attempt, BackupFrame } from './backup-frame.ts';
import { endFailed } from './end-failed.ts';
import { completedAs } from '../backups/stored-manifest.ts';
import { takeAndPublish } from './take-and-publish.ts';

export type RunOutcome =
  | { readonly outcome: 'completed' }
  /** Given back on shutdown; it runs again as the plan says. */
  | { readonly outcome: 'interrupted' }
  /** Not this message's turn any more: dropped. */
  | { readonly outcome: 'superseded' };

/**
 * One attempt at a backup: lock, take, publish, end. Every end is an event, appended while the lock is held; without the
 * lock nothing is published and the reaper ends it. Throws `Later` when the lock is busy, and the error of an attempt
 * that failed, after it was recorded.
 */
export async function runBackup(
  order: BackupOrder,
  shutdown: AbortSignal,
  frame: BackupFrame,
): Promise<RunOutcome> {
  const { exclusion, clock, log, worker } = frame;
  const facts = { backupId: order.backupId, attempt: order.attempt, kind: order.kind };
  if (shutdown.aborted) throw new Later(clock.now(), 'this worker stops');

  const begun = await exclusion.begin(order, worker);
  if (begun.outcome === 'busy') {
    throw new Later(clock.now() + frame.limits.busyRetryMs, `backup ${begun.by} holds the lock`);
  }
  if (begun.outcome === 'superseded') {
    log.info(facts, 'message dropped: this attempt is not the admitted one, or has begun before');
    return { outcome: 'superseded' };
  }
  const attempt: Attempt = { order, worker, fencingToken: begun.fencingToken, startTime: begun.startTime };
  log.info({ ...facts, fencingToken: begun.fencingToken, reason: order.reason }, 'backup started');
  try {
    return await takeToItsEnd(attempt, shutdown, frame);
  } finally {
    await frame.requestCheck().catch((error: unknown) => {
      log.warn(
        { ...facts, error: errorText(error) },
        'no check could be requested; the timer brings the next',
      );
    });
  }
}

async function takeToItsEnd(
  attempt: Attempt,
  shutdown: AbortSignal,
  frame: BackupFrame,
): Promise<RunOutcome> {
  let manifest;
  try {
    manifest = await takeAndPublish(attempt, shutdown, frame);
  } catch (error) {
    return await endFailed(attempt, error, frame);
  }
  const { clock, log } = frame;
  const { order } = attempt;
  const event = { ...completedAs(order, manifest, frame.objects), at: new Date(clock.now()).toISOString() };
  const facts = { backupId: order.backupId, attempt: order.attempt, kind: order.kind };
  if (await frame.exclusion.finish(attempt, event)) {
    log.info({ ...facts, scope: event.scope, sealedBytes: event.sealedBytes }, 'backup completed');
  } else {
    log.warn(facts, 'lock lost after the manifest was written: the reaper completes the backup from it');
  }
  return { outcome: 'completed' };
}
