import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach } from '@jest/globals';
import { Redis } from 'ioredis';
import { systemClock } from '../../engine/clock.ts';
import type { QueueSink } from '../../engine/endpoint.ts';
import { type Runner, startRoutes } from '../../engine/start-routes.ts';
import type { BackupEvent } from '../../model/backup-event.ts';
import type { BackupOrder } from '../../model/backup-order.ts';
import { backupQueues } from '../../queues/all-queues.ts';
import { createDeliveries } from '../../queues/deliveries.ts';
import { createReaper, defaultGraces } from '../../reaping/reaper.ts';
import { createRedisEventStream } from '../../stores/events/redis.ts';
import type { LockScope } from '../../stores/exclusion/port.ts';
import { createRedisExclusion } from '../../stores/exclusion/redis.ts';
import { createRedisHeartbeats } from '../../stores/heartbeats/redis.ts';
import { createFolderStore } from '../../stores/objects/folder.ts';
import type { AttemptLimits } from '../../workers/backup-frame.ts';
import { allEvents } from '../contracts/exclusion-under-test.ts';
import { plainCatalog } from './plain-frame.ts';
import { recordingLog } from './recording-log.ts';
import { type SlowWorker, type SlowWorkerSettings, slowWorkers } from './slow-workers.ts';
import { until } from './until.ts';

export interface SiteOptions {
  readonly url: string;
  readonly prefix: string;
  readonly lockScope?: LockScope;
  readonly limits?: Partial<AttemptLimits>;
}

/** Locks short enough for tests, and long enough for a busy machine. */
const shortLimits: Partial<AttemptLimits> = {
  lockDurationMs: 1_500,
  renewEveryMs: 300,
  finishWithinMs: 200,
  endWithinMs: 1_000,
};

/** What a leader does around worker processes: admits, delivers, reaps. All on the real clock. */
export function workerSites(scratch: () => Promise<string>) {
  const startWorker = slowWorkers();
  const closers: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const close of closers.splice(0).reverse()) await close();
  });

  return async ({ url, prefix, lockScope = 'global', limits = shortLimits }: SiteOptions) => {
    const folder = await scratch();
    const [store, scratchRoot] = [join(folder, 'store'), join(folder, 'scratch')];
    const [source, goOn] = [join(folder, 'source'), join(folder, 'go-on')];
    await writeFile(source, Buffer.alloc(300_000, 'content'));
    const redis = new Redis(url, { maxRetriesPerRequest: null });
    redis.on('error', () => undefined);
    closers.push(() => redis.quit());
    const clock = systemClock;
    const { log } = recordingLog();
    const lockDurationMs = limits.lockDurationMs ?? 15_000;
    const exclusion = createRedisExclusion({ redis, prefix, lockScope, lockDurationMs, clock });
    const events = createRedisEventStream({ redis, reader: redis, prefix });
    const objects = await createFolderStore(store);
    const runner: Runner = await startRoutes([], {}, { url, prefix, clock, log });
    closers.push(() => runner.stop(1_000));
    const deliveries = createDeliveries(runner);
    const reaper = createReaper({
      exclusion,
      events,
      metadata: { open: () => Promise.resolve([]) },
      drain: () => Promise.resolve(),
      catalog: plainCatalog(objects),
      objects,
      deliveries,
      clock,
      log,
      workers: { alive: () => Promise.resolve(true) },
      ...defaultGraces,
    });
    const heartbeats = createRedisHeartbeats({ redis, prefix });
    const kinds = async () =>
      (await allEvents(events)).map(({ kind, order }) => `${order.type}.${order.attempt}.${kind}`);

    return {
      redis,
      exclusion,
      events,
      objects,
      deliveries,
      reaper,
      scratchRoot,
      kinds,
      heartbeats,
      worker: (changes: Partial<SlowWorkerSettings> = {}) =>
        startWorker({
          url,
          prefix,
          type: 'duckdb',
          lockScope,
          limits,
          store,
          scratchRoot,
          source,
          goOn,
          ...changes,
        }),
      /** Lets backups that wait, and all later ones, end. */
      goOn: () => writeFile(goOn, ''),
      holdBack: () => rm(goOn, { force: true }),
      async dispatch(order: BackupOrder): Promise<void> {
        const admitted = await exclusion.admit(order, {});
        if (admitted.outcome !== 'dispatched') throw new Error(`not dispatched: ${JSON.stringify(admitted)}`);
        await deliveries.redeliver(order);
      },
      running: (order: BackupOrder) =>
        until(`attempt ${order.attempt} of ${order.type} runs and has read its source`, async () => {
          const admissions = await exclusion.admissions();
          return admissions.some(
            (admission) =>
              admission.order.backupId === order.backupId &&
              admission.state === 'running' &&
              (admission.progress?.bytes ?? 0) > 0,
          );
        }),
      unheld: (order: BackupOrder) =>
        until('its lock has run out', async () =>
          (await exclusion.admissions()).some(
            (admission) => admission.order.backupId === order.backupId && !admission.held,
          ),
        ),
      busy: (order: BackupOrder) =>
        until('its worker says that it is busy with it', async () =>
          (await heartbeats.readHeartbeats()).some(
            ({ busyWith }) => busyWith?.backupId === order.backupId && busyWith.bytes > 0,
          ),
        ),
      /** The same order under another message id, as when a message was lost and came back. */
      deliverTwice(order: BackupOrder): Promise<void> {
        const queue: QueueSink<never> = backupQueues[order.type];
        return runner.send(queue, order as never, { jobId: 'again' });
      },
      checkRequested: () =>
        until(
          'a check was requested',
          async () => (await redis.keys(`${prefix}:schedule-checks:*`)).length > 0,
        ),
      logged: (workers: readonly SlowWorker[], text: string) =>
        until(`a worker logs "${text}"`, () => workers.some((worker) => worker.log().includes(text))),
      event: (order: BackupOrder, kind: BackupEvent['kind']) =>
        until(`attempt ${order.attempt} of ${order.type} is ${kind}`, async () =>
          (await allEvents(events)).find(
            (event) =>
              event.kind === kind &&
              event.order.backupId === order.backupId &&
              event.order.attempt === order.attempt,
          ),
        ),
      /** Reaps until something was reaped; answers with how long that took, in ms. */
      async reaped(): Promise<number> {
        const from = performance.now();
        await until('the reaper has closed it', async () => (await reaper.reap()) > 0, 60_000);
        return performance.now() - from;
      },
      async manifests(): Promise<string[]> {
        const keys: string[] = [];
        for await (const { key } of objects.list('')) if (key.endsWith('manifest.json')) keys.push(key);
        return keys;
      },
      scratchLeft: async (type = 'duckdb') => readdir(join(scratchRoot, type)),
    };
  };
}
