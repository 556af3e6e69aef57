import { readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from '@jest/globals';
import { systemClock } from '../../engine/clock.ts';
import { startRoutes } from '../../engine/start-routes.ts';
import { standingVerifications } from '../../app/wiring/standing-verifications.ts';
import { backupVerifications } from '../../queues/backup-verifications.ts';
import { createRedisEventStream } from '../../stores/events/redis.ts';
import { createRedisHeartbeats } from '../../stores/heartbeats/redis.ts';
import { createRedisReadLeases } from '../../stores/reading/redis.ts';
import { backupLease } from '../../stores/reading/port.ts';
import { allEvents } from '../contracts/exclusion-under-test.ts';
import { aVerification } from '../support/orders.ts';
import { recordingLog } from '../support/recording-log.ts';
import { testRedis } from '../support/redis.ts';
import { scratchFolders } from '../support/scratch.ts';
import { slowVerifiers } from '../support/slow-workers.ts';
import { until } from '../support/until.ts';

const { redis, url, prefix: root } = testRedis();
const startVerifier = slowVerifiers();
const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
// Folders go after what works in them has ended.
const scratch = scratchFolders();
let sites = 0;

/** A queue with its leases and stream, and worker processes whose verifications end when the test says so. */
async function site() {
  const prefix = `${root}-${++sites}`;
  const folder = await scratch();
  const [goOn, scratchRoot] = [join(folder, 'go-on'), join(folder, 'scratch')];
  const runner = await startRoutes([], {}, { url, prefix, clock: systemClock, log: recordingLog().log });
  closers.push(() => runner.stop(1_000));
  const events = createRedisEventStream({ redis, reader: redis, prefix });
  const leases = createRedisReadLeases({ redis, prefix });
  const heartbeats = createRedisHeartbeats({ redis, prefix });
  return {
    runner,
    leases,
    start: () => startVerifier({ url, prefix, scratchRoot, goOn, leaseMs: 900 }),
    goOn: () => writeFile(goOn, ''),
    standing: standingVerifications(leases, () => runner),
    queue: (order: ReturnType<typeof aVerification>) => runner.send(backupVerifications, order),
    /** Process ids of the workers that are at work. */
    busy: async () =>
      (await heartbeats.readHeartbeats()).flatMap(({ busyWith, pid }) => (busyWith ? [pid] : [])),
    ended: async () =>
      (await allEvents(events)).flatMap((event) => (event.kind === 'verified' ? [event.verification] : [])),
    left: () => readdir(join(scratchRoot, 'verification')),
  };
}

describe('the worker that verifies', () => {
  it('killed with -9: another does it again, once, and sweeps what was left', async () => {
    const { start, queue, busy, goOn, ended, left } = await site();
    const first = await start();
    const order = aVerification({ level: 3 });
    await queue(order);
    await until('the first is at work', async () => (await busy()).includes(first.pid));
    expect(await left()).toHaveLength(1);
    first.signal('SIGKILL');
    await first.ended;
    const second = await start();
    await goOn();
    const [found] = await until('it is verified', async () => {
      const all = await ended();
      return all.length > 0 && all;
    });
    expect(found).toMatchObject({ verificationId: order.verificationId, level: 3, result: 'passed' });
    expect(found?.worker).toContain(String(second.pid));
    expect(await left()).toEqual([`${found?.worker.replace(':', ',')},${order.order.backupId}`]);
    expect(await ended()).toHaveLength(1);
  });

  it('verifies one at a time, whatever the number of workers, under a lease on the backup', async () => {
    const { start, queue, busy, goOn, ended, leases } = await site();
    await Promise.all([start(), start()]);
    const orders = [aVerification(), aVerification({ level: 2 })];
    await Promise.all(orders.map(queue));
    await until('one is at work', async () => (await busy()).length === 1);
    const held = await leases.held('backup/');
    expect(held).toHaveLength(1);
    const running = orders.find(({ order }) => held[0]?.startsWith(backupLease(order.backupId)));
    expect(running).toBeDefined();
    await goOn();
    await until('both are verified', async () => (await ended()).length === 2);
    await until('the leases are given up', async () => (await leases.held('')).length === 0);
  });

  it('is asked once for the same backup and level, until it has ended', async () => {
    const { start, queue, goOn, ended, standing } = await site();
    const order = aVerification();
    const again = { ...order, verificationId: aVerification().verificationId };
    const [one, other] = await Promise.all([standing.reserve(order), standing.reserve(again)]);
    expect([one, other].toSorted()).toEqual([order.verificationId, undefined].toSorted());
    await queue(order);
    await queue(again);
    await start();
    await until('it runs', async () => (await standing.reserve(again)) === order.verificationId);
    expect(await standing.reserve({ ...again, level: 2 })).toBeUndefined();
    await goOn();
    await until('it has ended', async () => (await ended()).length === 1);
    await until('it may be asked for again', async () => (await standing.reserve(again)) === undefined);
    expect(await ended()).toHaveLength(1);
  });

  it('told to stop, gives its work back', async () => {
    const { start, queue, busy, goOn, ended } = await site();
    const first = await start();
    await queue(aVerification());
    await until('it is at work', async () => (await busy()).length === 1);
    first.signal('SIGTERM');
    await first.ended;
    expect(await ended()).toEqual([]);
    await start();
    await goOn();
    await until('another did it', async () => (await ended()).length === 1);
  });
});
