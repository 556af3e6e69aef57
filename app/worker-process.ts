import { createObjectSink } from '../backups/sealing/object-sink.ts';
import type { Configuration } from '../config/configuration.ts';
import { systemClock } from '../engine/clock.ts';
import type { Log } from '../engine/log.ts';
import type { BackupType } from '../model/backup-kind.ts';
import { startWorkerOf } from '../workers/all-workers.ts';
import { manifestWriter } from './wiring/manifest-writer.ts';
import { softwareVersion } from './software-version.ts';
import { openSealingThreads } from './wiring/sealing-threads.ts';
import { openTaker } from './wiring/sources.ts';
import { openState } from './wiring/state.ts';
import { startProcess } from './processes/start-process.ts';

/**
 * A worker of one type, running until `stop`. Throws `source-not-configured`, `configuration-invalid`,
 * `store-unavailable`.
 */
export async function startWorkerProcess(type: BackupType, configuration: Configuration, log: Log) {
  return startProcess(async (opened) => {
    const { vault, exclusion, heartbeats, catalog, close } = await openState(configuration, log);
    opened.add(close);
    const sealing = openSealingThreads(configuration);
    opened.add(() => sealing.close());
    const taker = await openTaker(type, configuration, { vault, log });
    opened.add(() => taker.close?.());
    const { lockDuration } = configuration.exclusion;
    const worker = await startWorkerOf[type]({
      taker,
      exclusion,
      heartbeats,
      catalog,
      objects: vault.store,
      openSink: ({ order }, { signal, written }) =>
        createObjectSink(vault, { order, signal, progress: written }, sealing.seal),
      writeManifest: manifestWriter(vault, systemClock),
      onHung: () => process.exit(1),
      redisUrl: configuration.redis.url,
      prefix: configuration.redis.prefix,
      scratchRoot: configuration.scratch.folder,
      version: softwareVersion,
      limits: {
        lockDurationMs: lockDuration,
        renewEveryMs: Math.floor(lockDuration / 3),
        stallMs: configuration.worker.stallLimit,
        finishWithinMs: configuration.worker.shutdownDeadline,
      },
      clock: systemClock,
      log,
    });
    opened.add(() => worker.stop());
    return {};
  });
}
