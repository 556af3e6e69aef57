import type { Configuration } from '../config/configuration.ts';
import { systemClock } from '../engine/clock.ts';
import type { Log } from '../engine/log.ts';
import { CodedError } from '../errors/coded-error.ts';
import { startRestoreWorker } from '../workers/restore-worker.ts';
import { orderRunner } from './restoring/run-order.ts';
import { softwareVersion } from './software-version.ts';
import { configuredWorkers } from './wiring/configured-workers.ts';
import { openState } from './wiring/state.ts';
import { startProcess } from './processes/start-process.ts';

/**
 * The worker that runs the restores of the API, running until `stop`. Throws `restores-not-configured`,
 * `configuration-invalid`, `store-unavailable`.
 */
export async function startRestoreProcess(configuration: Configuration, log: Log) {
  if (!configuredWorkers(configuration).includes('restore')) {
    throw new CodedError(
      'restores-not-configured',
      'no place is configured for restores over the API; set restores.folder or restores.tigerbeetle.addresses',
    );
  }
  return startProcess(async (opened) => {
    const { vault, catalog, heartbeats, restores, close } = await openState(configuration, log);
    opened.add(close);
    const worker = await startRestoreWorker({
      restore: orderRunner(configuration, { vault, catalog }, log),
      ...{ restores, heartbeats, onHung: () => process.exit(1) },
      renewEveryMs: Math.min(1_000, Math.floor(configuration.exclusion.lockDuration / 3)),
      redisUrl: configuration.redis.url,
      prefix: configuration.redis.prefix,
      version: softwareVersion,
      clock: systemClock,
      log,
    });
    opened.add(() => worker.stop());
    return {};
  });
}
