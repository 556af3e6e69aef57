import { rememberProven } from '../backups/verification/proven-objects.ts';
import type { Configuration } from '../config/configuration.ts';
import { systemClock } from '../engine/clock.ts';
import type { Log } from '../engine/log.ts';
import { startVerificationWorker } from '../workers/verification-worker.ts';
import { verifyOfType } from './restoring/verify.ts';
import { softwareVersion } from './software-version.ts';
import { openState } from './wiring/state.ts';
import { startProcess } from './processes/start-process.ts';

/**
 * The worker that verifies backups of all types, running until `stop`. Throws `configuration-invalid`,
 * `store-unavailable`.
 */
export async function startVerificationProcess(configuration: Configuration, log: Log) {
  return startProcess(async (opened) => {
    const {
      vault,
      catalog,
      events,
      heartbeats,
      readLeases: leases,
      close,
    } = await openState(configuration, log);
    opened.add(close);
    const proven = rememberProven(systemClock);
    const worker = await startVerificationWorker({
      verify: ({ order, level, requestedAt }, { signal, progress }) =>
        verifyOfType(
          configuration,
          { vault, catalog },
          {
            ...{ backupId: order.backupId, type: order.type, level, signal, progress },
            proven: proven.since(Date.parse(requestedAt)),
            begin: () => undefined,
          },
        ),
      ...{ leases, leaseMs: configuration.exclusion.lockDuration, events, heartbeats },
      redisUrl: configuration.redis.url,
      prefix: configuration.redis.prefix,
      scratchRoot: configuration.scratch.folder,
      version: softwareVersion,
      clock: systemClock,
      log,
    });
    opened.add(() => worker.stop());
    return {};
  });
}
