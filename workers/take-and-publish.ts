import { rm } from 'node:fs/promises';
import { errorText } from '../errors/coded-error.ts';
import type { Manifest } from '../model/manifest.ts';
import type { Attempt, BackupFrame } from './backup-frame.ts';
import { boundedEnd, StillRunning } from './bounded-end.ts';
import { countBytes } from './byte-count.ts';
import { requireDiskSpace } from './disk-space.ts';
import { publishManifest } from './publish-manifest.ts';
import { renewal } from './renewal.ts';
import { keepMarked, makeScratchFolder } from './scratch-folder.ts';
import { shutdownLimit } from './shutdown-limit.ts';
import { stallLimit } from './stall-limit.ts';
import { storedManifest } from '../backups/stored-manifest.ts';
import { timeLimit } from './time-limit.ts';
import { watch } from './watch.ts';

/**
 * Takes the backup under watch (lock, stall, time, shutdown) and writes its manifest. Returns the manifest that is
 * stored, also when an earlier attempt had written it. Throws StillRunning when aborted work does not end.
 */
export async function takeAndPublish(
  attempt: Attempt,
  shutdown: AbortSignal,
  frame: BackupFrame,
): Promise<Manifest> {
  const { order } = attempt;
  const { stopwatch, log, limits } = frame;
  const abort = new AbortController();
  const bytes = countBytes(stopwatch);
  const { renewEveryMs, lockDurationMs } = limits;
  const checks = [
    renewal({
      exclusion: frame.exclusion,
      holding: attempt,
      bytes: bytes.total,
      renewEveryMs,
      lockDurationMs,
      stopwatch,
      log,
    }),
    timeLimit(order.timeoutMs, stopwatch),
    stallLimit(bytes.lastByteAt, limits.stallMs, stopwatch),
    shutdownLimit(shutdown, limits.finishWithinMs, stopwatch),
  ];
  const watching = watch(checks, { everyMs: Math.min(renewEveryMs, 1000), abort });
  frame.activity.begin(
    { backupId: order.backupId, attempt: order.attempt, since: attempt.startTime },
    bytes.total,
  );
  try {
    const earlier = order.attempt > 1 ? await storedManifest(frame.catalog, order) : undefined;
    if (earlier !== undefined) return earlier;
    const taken = await takeInScratch(attempt, { frame, signal: abort.signal, bytes });
    return await publishManifest(taken, attempt, frame);
  } finally {
    watching.stop();
    frame.activity.end();
  }
}

async function takeInScratch(
  attempt: Attempt,
  { frame, signal, bytes }: { frame: BackupFrame; signal: AbortSignal; bytes: ReturnType<typeof countBytes> },
) {
  const { order, startTime } = attempt;
  const { taker, log, limits } = frame;
  const scratch = await makeScratchFolder(frame.scratchRoot, order);
  const marking = keepMarked(scratch, {
    clock: frame.clock,
    onError(error) {
      log.warn({ scratch, error: errorText(error) }, 'scratch folder could not be marked as in use');
    },
  });
  let inUse = false;
  try {
    const needed = await taker.scratchBytes?.(order);
    if (needed !== undefined) await requireDiskSpace(scratch, needed);
    const sink = frame.openSink(attempt, { signal, written: bytes.written });
    const job = {
      order,
      startTime,
      sink,
      catalog: frame.catalog,
      scratch,
      progress: bytes.read,
      signal,
      log,
    };
    return await boundedEnd(taker.take(job), signal, limits.endWithinMs);
  } catch (error) {
    inUse = error instanceof StillRunning;
    throw error;
  } finally {
    await marking.stop();
    if (!inUse) {
      await rm(scratch, { recursive: true, force: true }).catch((error: unknown) => {
        log.warn({ scratch, error: errorText(error) }, 'scratch folder not removed; swept at the next start');
      });
    }
  }
}
