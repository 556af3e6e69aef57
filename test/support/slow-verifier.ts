/**
 * A verification worker process for tests: real queue, leases, stream and scratch folder; what it verifies takes until a
 * file exists. Argument: SlowVerifierSettings as JSON.
 */
import { access, mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../engine/clock.ts';
import { createRedisEventStream } from '../../stores/events/redis.ts';
import { createRedisHeartbeats } from '../../stores/heartbeats/redis.ts';
import { createRedisReadLeases } from '../../stores/reading/redis.ts';
import { connectRedis } from '../../stores/redis-connection.ts';
import { startVerificationWorker } from '../../workers/verification-worker.ts';
import { aReport } from './orders.ts';

export interface SlowVerifierSettings {
  readonly url: string;
  readonly prefix: string;
  readonly scratchRoot: string;
  /** Verifying ends when this file exists. */
  readonly goOn: string;
  readonly leaseMs: number;
}

const { url, prefix, scratchRoot, goOn, leaseMs } = JSON.parse(process.argv[2] ?? '') as SlowVerifierSettings;
const write = (fields: Readonly<Record<string, unknown>>, message: string): void => {
  process.stderr.write(`${message} ${JSON.stringify(fields)}\n`);
};
const redis = connectRedis(url);

const exists = (file: string): Promise<boolean> =>
  access(file).then(
    () => true,
    () => false,
  );

const worker = await startVerificationWorker({
  async verify({ order, level }, { signal }) {
    await mkdir(join(scratchRoot, 'verification', `${hostname()},${process.pid},${order.backupId}`));
    while (!(await exists(goOn))) {
      signal.throwIfAborted();
      await pause(10);
    }
    return aReport({ backupId: order.backupId, level });
  },
  ...{ leases: createRedisReadLeases({ redis, prefix }), leaseMs, busyRetryMs: 50 },
  events: createRedisEventStream({ redis, reader: redis, prefix }),
  heartbeats: createRedisHeartbeats({ redis, prefix }),
  ...{ redisUrl: url, prefix, scratchRoot, version: 'test', clock: systemClock },
  log: { info: write, warn: write, error: write },
});
process.stdout.write('ready\n');
process.on('SIGTERM', () => {
  void worker.stop().then(() => process.exit(0));
});
