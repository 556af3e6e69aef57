import type { Clock } from '../engine/clock.ts';
import { errorCode, errorText } from '../errors/coded-error.ts';
import type { BackupEventOf } from '../model/backup-event.ts';
import type { Attempt, BackupFrame } from './backup-frame.ts';
import { StillRunning } from './bounded-end.ts';

/**
 * Records that an attempt failed, where it still holds its lock, and throws what it failed of. Returns when it was
 * interrupted by a shutdown: that is no failure of the message.
 */
export async function endFailed(
  attempt: Attempt,
  thrown: unknown,
  frame: BackupFrame,
): Promise<{ readonly outcome: 'interrupted' }> {
  const { log } = frame;
  const stillRunning = thrown instanceof StillRunning;
  const error = stillRunning ? thrown.cause : thrown;
  const event = failedEvent(attempt, error, frame.clock);
  const { backupId, attempt: number, kind } = attempt.order;
  const facts = { backupId, attempt: number, kind, code: event.error.code };

  let recorded = false;
  try {
    recorded = await frame.exclusion.finish(attempt, event);
  } catch (failure) {
    log.error({ ...facts, error: errorText(failure) }, 'the end could not be recorded; the reaper does it');
  }
  log.error(
    { ...facts, recorded },
    recorded ? `backup failed: ${event.error.message}` : `nothing published: ${event.error.message}`,
  );
  if (stillRunning) {
    log.error(facts, 'aborted work did not end in time: this process must not go on');
    frame.onHung();
  }
  if (event.interrupted) return { outcome: 'interrupted' };
  throw error;
}

function failedEvent(attempt: Attempt, error: unknown, clock: Clock): BackupEventOf<'failed'> {
  const at = new Date(clock.now()).toISOString();
  const code = errorCode(error);
  return {
    kind: 'failed',
    at,
    order: attempt.order,
    startTime: attempt.startTime,
    fencingToken: attempt.fencingToken,
    worker: attempt.worker,
    endTime: at,
    error: { code, message: errorText(error) },
    interrupted: code === 'backup-interrupted',
  };
}
