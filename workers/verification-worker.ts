import { hostname } from 'node:os';
import { startRoutes } from '../engine/start-routes.ts';
import { workerRoutes } from '../routes/all-routes.ts';
import type { Heartbeats } from '../stores/heartbeats/port.ts';
import { createActivity } from './activity.ts';
import { startHeartbeat } from './heartbeat.ts';
import { runVerification, type VerificationFrame } from './run-verification.ts';
import { sweepScratchFolders } from './scratch-folder.ts';
import type { RunningWorker } from './start-worker.ts';

export interface VerificationWorkerOptions extends Omit<
  VerificationFrame,
  'activity' | 'worker' | 'busyRetryMs'
> {
  /** Address of Redis, for the queue; the leases and heartbeats bring connections of their own. */
  readonly redisUrl: string;
  readonly prefix: string;
  readonly heartbeats: Heartbeats;
  /** Version of this software, for the heartbeat. */
  readonly version: string;
  readonly scratchRoot: string;
  readonly busyRetryMs?: number;
  /** How long aborted work may take to end when the worker stops, ms. */
  readonly stopWithinMs?: number;
}

/** Verifies the backups of the queue `backup-verifications`, one at a time, until stopped. Sweeps what earlier lives left. */
export async function startVerificationWorker(options: VerificationWorkerOptions): Promise<RunningWorker> {
  const { redisUrl: url, prefix, heartbeats, version, scratchRoot, leaseMs, clock, log } = options;
  const activity = createActivity();
  const swept = await sweepScratchFolders(scratchRoot, 'verification', clock);
  if (swept.length > 0) log.info({ swept }, 'scratch folders of verifications that died were removed');
  const frame: VerificationFrame = {
    busyRetryMs: 5_000,
    ...options,
    activity,
    worker: `${hostname()}:${process.pid}`,
  };
  const everyMs = Math.floor(leaseMs / 3);
  const beating = await startHeartbeat({
    ...{ heartbeats, type: 'verification', version, activity, everyMs, clock, log },
  });
  try {
    const running = await startRoutes(
      [workerRoutes.verification],
      { verifier: { run: (order, how) => runVerification(order, how, frame) } },
      { url, prefix, clock, log, messageLockMs: leaseMs },
    );
    return {
      async stop() {
        await running.stop(options.stopWithinMs ?? 8_000);
        await beating.stop();
      },
    };
  } catch (error) {
    await beating.stop();
    throw error;
  }
}
