import { hostname } from 'node:os';
import { type Clock, monotonicClock } from '../engine/clock.ts';
import type { Route } from '../engine/route.ts';
import { startRoutes } from '../engine/start-routes.ts';
import type { Backups } from '../processors/take-backup.ts';
import { backupQueues } from '../queues/all-queues.ts';
import { checkAt, scheduleChecks } from '../queues/schedule-checks.ts';
import type { Heartbeats } from '../stores/heartbeats/port.ts';
import { createActivity } from './activity.ts';
import { type AttemptLimits, type BackupFrame, defaultLimits } from './backup-frame.ts';
import { startHeartbeat } from './heartbeat.ts';
import { runBackup } from './run-backup.ts';
import { sweepScratchFolders } from './scratch-folder.ts';

export interface WorkerOptions extends Omit<
  BackupFrame,
  'activity' | 'limits' | 'requestCheck' | 'stopwatch' | 'worker'
> {
  /** Address of Redis, for the queues; exclusion and heartbeats bring connections of their own. */
  readonly redisUrl: string;
  readonly prefix: string;
  readonly heartbeats: Heartbeats;
  /** Version of this software, for the heartbeat. */
  readonly version: string;
  readonly limits?: Partial<AttemptLimits>;
  readonly stopwatch?: Clock;
}

export interface RunningWorker {
  /**
   * Takes no more work and lets what runs finish within `finishWithinMs`, then aborts it and gives it back. Resolves
   * when all has ended; what does not end is left to the reaper.
   */
  stop(): Promise<void>;
}

/** For the manifest and the end of what finishes in the last moment. */
const publishWithinMs = 2_000;

/** Consumes the queue of one type until stopped. Sweeps what earlier lives left in the scratch folder. */
export async function startWorker(
  route: Route<{ readonly backups: Backups }, unknown>,
  options: WorkerOptions,
): Promise<RunningWorker> {
  const { redisUrl: url, prefix, heartbeats, version, scratchRoot, clock, log } = options;
  const { type } = options.taker;
  if (route.from.name !== backupQueues[type].name) {
    throw new TypeError(`route ${route.id} does not carry backups of type ${type}`);
  }
  const limits = { ...defaultLimits, ...options.limits };
  const activity = createActivity();

  const swept = await sweepScratchFolders(scratchRoot, type, clock);
  if (swept.length > 0) log.info({ swept }, 'scratch folders of workers that died were removed');

  const frame: BackupFrame = {
    stopwatch: monotonicClock,
    ...options,
    limits,
    activity,
    worker: `${hostname()}:${process.pid}`,
    async requestCheck() {
      const now = clock.now();
      const check = { at: new Date(now).toISOString(), reason: `a ${type} backup ended` };
      await (await running).send(scheduleChecks, check, checkAt(now, now));
    },
  };
  const backups: Backups = { run: (order, shutdown) => runBackup(order, shutdown, frame) };
  const everyMs = limits.renewEveryMs;
  const beating = await startHeartbeat({ heartbeats, type, version, activity, everyMs, clock, log });
  const running = startRoutes([route], { backups }, { url, prefix, clock, log });
  try {
    await running;
  } catch (error) {
    await beating.stop();
    throw error;
  }
  return {
    async stop() {
      await (await running).stop(limits.finishWithinMs + limits.endWithinMs + publishWithinMs);
      await beating.stop();
    },
  };
}
