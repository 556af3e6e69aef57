import { hostname } from 'node:os';
import { startRoutes } from '../engine/start-routes.ts';
import { systemPause } from '../engine/pause.ts';
import type { Restorer } from '../processors/run-restore.ts';
import { workerRoutes } from '../routes/all-routes.ts';
import type { Heartbeats } from '../stores/heartbeats/port.ts';
import { createActivity } from './activity.ts';
import { executeRestore, type RestoreFrame } from './execute-restore.ts';
import { startHeartbeat } from './heartbeat.ts';
import type { RunningWorker } from './start-worker.ts';

export interface RestoreWorkerOptions extends Omit<
  RestoreFrame,
  'activity' | 'worker' | 'pause' | 'endWithinMs'
> {
  /** Address of Redis, for the queue; restores and heartbeats bring connections of their own. */
  readonly redisUrl: string;
  readonly prefix: string;
  readonly heartbeats: Heartbeats;
  /** Version of this software, for the heartbeat. */
  readonly version: string;
}

const endWithinMs = 8_000;
/** For the last event. */
const recordWithinMs = 2_000;

/** Runs the restores of the queue `backup-restores`, one at a time, until stopped. Takes no backup's lock. */
export async function startRestoreWorker(options: RestoreWorkerOptions): Promise<RunningWorker> {
  const { redisUrl: url, prefix, heartbeats, version, clock, log } = options;
  const activity = createActivity();
  const worker = `${hostname()}:${process.pid}`;
  const frame: RestoreFrame = { ...options, activity, worker, endWithinMs, pause: systemPause };
  const everyMs = options.renewEveryMs;
  const beating = await startHeartbeat({
    ...{ heartbeats, type: 'restore', version, activity, everyMs, clock, log },
  });
  try {
    const restorer: Restorer = { run: (order, signal) => executeRestore(order, signal, frame) };
    const running = await startRoutes([workerRoutes.restore], { restorer }, { url, prefix, clock, log });
    return {
      async stop() {
        await running.stop(endWithinMs + recordWithinMs);
        await beating.stop();
      },
    };
  } catch (error) {
    await beating.stop();
    throw error;
  }
}
