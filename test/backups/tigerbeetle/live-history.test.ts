import { afterEach, describe } from '@jest/globals';
import type { Clock } from '../../../engine/clock.ts';
import { createRedisLedger } from '../../../stores/ledger/redis.ts';
import { createTigerbeetleLedger } from '../../../stores/ledger/tigerbeetle.ts';
import { testRedis } from '../../support/redis.ts';
import { scratchFolders } from '../../support/scratch.ts';
import { startTigerbeetle, tigerbeetleBinary } from '../../support/tigerbeetle-server.ts';
import { type LiveHistory, provesLiveHistory } from './live-history.ts';

const { redis, prefix } = testRedis();
const soak = process.env['SOAK'] === '1';
const closers: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
// Folders go after what works in them has ended.
const folders = scratchFolders();
let ledgers = 0;

/** Begins a day ago and runs thirty times as fast, so that timeouts pass within the test. */
function fastClock(): Clock {
  const begun = Date.now();
  return { now: () => begun - 86_400_000 + (Date.now() - begun) * 30 };
}

const inRedis = (clock: Clock) => {
  ledgers += 1;
  return createRedisLedger({ redis, prefix: `${prefix}-${ledgers}`, clock, deadlineMs: 60_000 });
};

const small: LiveHistory = {
  ...{ transfers: 2000, batch: 40, clients: 2, moments: 4, segmentRows: 700 },
  ...{ timeouts: [0, 1, 5, 20, 3600, 2 ** 32 - 1], seed: 1 },
};

describe('a ledger that is backed up while clients write', () => {
  provesLiveHistory(
    'in Redis',
    soak ? { ...small, transfers: 50_000, batch: 800, moments: 50, segmentRows: 5000 } : small,
    () =>
      Promise.resolve({
        source: inRedis(fastClock()),
        target: () => Promise.resolve(inRedis({ now: () => Date.now() })),
        folders,
      }),
  );
});

const binary = tigerbeetleBinary();
(binary === undefined ? describe.skip : describe)(
  'a TigerBeetle cluster that is backed up while clients write (TIGERBEETLE_BIN or on PATH)',
  () => {
    const cluster = async (closeWith: (() => Promise<void>)[]) => {
      const server = await startTigerbeetle(binary ?? '');
      const ledger = createTigerbeetleLedger({
        ...{ clusterId: server.clusterId, addresses: [server.address], deadlineMs: 60_000 },
      });
      closeWith.push(
        () => ledger.close(),
        () => server.stop(),
      );
      return ledger;
    };
    // A server takes gigabytes: one target at a time.
    const ofTarget: (() => Promise<void>)[] = [];
    const closeTarget = async (): Promise<void> => {
      for (const close of ofTarget.splice(0)) await close();
    };
    const target = async () => {
      await closeTarget();
      return cluster(ofTarget);
    };
    const large = {
      ...{ ...small, transfers: soak ? 1_000_000 : 100_000, batch: soak ? 8000 : 2000, clients: 4 },
      segmentRows: 20_000,
      ...{ moments: soak ? 50 : 10, timeouts: [0, 1, 2, 3, 3600, 2 ** 32 - 1] as const },
    };
    provesLiveHistory('in a cluster', large, async () => {
      closers.push(closeTarget);
      return { source: await cluster(closers), target, folders };
    });
  },
);
