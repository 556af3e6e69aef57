import { afterEach, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import type { BackupOrder } from '../../model/backup-order.ts';
import { createReaper, defaultGraces } from '../../reaping/reaper.ts';
import { startRecorder } from '../../recording/recorder.ts';
import { createRedisEventStream } from '../../stores/events/redis.ts';
import { createRedisExclusion } from '../../stores/exclusion/redis.ts';
import { openDuckdbMetadata } from '../../stores/metadata/duckdb.ts';
import { createFolderStore } from '../../stores/objects/folder.ts';
import { anOrder, aScheduledOrder } from '../support/orders.ts';
import { plainCatalog } from '../support/plain-frame.ts';
import { recordingLog } from '../support/recording-log.ts';
import { startRedisServer } from '../support/redis-server.ts';
import { scratchFolders } from '../support/scratch.ts';
import { SettableClock } from '../support/settable-clock.ts';

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0).reverse()) await close();
});
// Folders go after what works in them has ended.
const scratch = scratchFolders();

/** A leader with its own Redis, its own metadata, and nobody who works. */
async function leader() {
  const server = await startRedisServer();
  closers.push(() => server.stop());
  const [redis, reader] = [new Redis(server.url), new Redis(server.url)];
  closers.push(() => Promise.all([redis.quit(), reader.quit()]));
  const clock = new SettableClock();
  const { log } = recordingLog();
  const events = createRedisEventStream({ redis, reader, prefix: 'p' });
  const options = { redis, prefix: 'p', lockScope: 'global', lockDurationMs: 15_000, clock } as const;
  const exclusion = createRedisExclusion(options);
  const metadata = await openDuckdbMetadata({ path: ':memory:', log });
  closers.push(() => metadata.close());
  const onStreamLost = () => Promise.resolve();
  const recorder = startRecorder({ stream: events, metadata, clock, log, onStreamLost, waitMs: 50 });
  closers.push(() => recorder.stop());
  const objects = await createFolderStore(await scratch());
  const delivered: BackupOrder[] = [];
  const reaper = createReaper({
    ...{ exclusion, events, metadata, objects, clock, log },
    catalog: plainCatalog(objects),
    drain: () => recorder.drain(),
    deliveries: {
      alive: () => Promise.resolve(false),
      redeliver(order) {
        delivered.push(order);
        return Promise.resolve();
      },
    },
    workers: { alive: () => Promise.resolve(true) },
    ...defaultGraces,
  });
  return { redis, clock, exclusion, metadata, recorder, reaper, delivered };
}

describe('after Redis has lost everything', () => {
  it('what ran is failed, what was asked for is dispatched again, and nothing stays open', async () => {
    const { redis, clock, exclusion, metadata, recorder, reaper, delivered } = await leader();
    const running = aScheduledOrder('duckdb-full');
    const asked = anOrder('parquet-replication');
    await exclusion.admit(running, {});
    await exclusion.begin(running, 'host:1');
    expect(await exclusion.admit(asked, {})).toMatchObject({ outcome: 'waiting' });
    await recorder.drain();
    await redis.flushall();

    expect(await reaper.reap()).toBe(0);
    clock.tick(defaultGraces.recordGraceMs);
    expect(await reaper.reap()).toBe(2);
    expect(await reaper.reap()).toBe(0);

    await recorder.drain();
    expect(await metadata.get(running.backupId)).toMatchObject({ status: 'failed', errorCode: 'lock-lost' });
    expect(await metadata.get(asked.backupId)).toMatchObject({ status: 'queued' });
    expect(await exclusion.admissions()).toMatchObject([{ order: asked, state: 'dispatched' }]);
    expect(delivered).toEqual([asked]);
  });

  it('a scheduled backup that had not begun goes back to the plan, to run at once', async () => {
    const { redis, clock, exclusion, metadata, recorder, reaper } = await leader();
    const order = aScheduledOrder('duckdb-full');
    await exclusion.admit(order, {});
    await recorder.drain();
    await redis.flushall();
    await reaper.reap();
    clock.tick(defaultGraces.recordGraceMs);
    expect(await reaper.reap()).toBe(1);
    await recorder.drain();
    expect(await metadata.open()).toEqual([]);
    expect(await metadata.scheduleHistory(clock.now())).toMatchObject([
      { schedule: 'duckdb-full', failed: { backupId: order.backupId, attempt: 1, interrupted: true } },
    ]);
  });
});
