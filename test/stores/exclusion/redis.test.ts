import { describe, expect, it } from '@jest/globals';
import { createRedisEventStream } from '../../../stores/events/redis.ts';
import { exclusionKeys } from '../../../stores/exclusion/exclusion-keys.ts';
import type { LockScope } from '../../../stores/exclusion/port.ts';
import { createRedisExclusion } from '../../../stores/exclusion/redis.ts';
import { describeExclusionContract } from '../../contracts/exclusion-contract.ts';
import { aFailure, anOrder } from '../../support/orders.ts';
import { testRedis } from '../../support/redis.ts';
import { SettableClock } from '../../support/settable-clock.ts';

const { redis, prefix: filePrefix } = testRedis();
let made = 0;

function onRedis(lockScope: LockScope, prefix = `${filePrefix}-${(made += 1)}`) {
  const options = { redis, prefix, lockScope, lockDurationMs: 15_000, clock: new SettableClock() };
  const keys = exclusionKeys(prefix, lockScope);
  return {
    prefix,
    keys,
    exclusion: createRedisExclusion(options),
    events: createRedisEventStream({ redis, reader: redis, prefix }),
    async expireLock(type: Parameters<typeof keys.lock>[0]) {
      await redis.pexpire(keys.lock(type), 0);
    },
    async setLease(token: string | undefined) {
      await (token === undefined ? redis.del(keys.leader) : redis.set(keys.leader, token));
    },
  };
}

describeExclusionContract('on Redis', (lockScope) => Promise.resolve(onRedis(lockScope)));

describe('exclusion on Redis', () => {
  it('works on when Redis has forgotten its scripts', async () => {
    const { exclusion } = onRedis('global');
    await redis.script('FLUSH');
    expect(await exclusion.admit(anOrder('duckdb-full'), {})).toEqual({ outcome: 'dispatched' });
    await redis.script('FLUSH');
    expect(await exclusion.admissions()).toHaveLength(1);
  });

  it('gives a higher token after Redis has lost everything', async () => {
    const { exclusion, prefix } = onRedis('global');
    const order = anOrder('duckdb-full');
    await exclusion.admit(order, {});
    const before = await exclusion.begin(order, 'host:1');
    await redis.unlink(await redis.keys(`${prefix}*`));
    expect(await exclusion.admissions()).toEqual([]);
    await exclusion.admit(order, {});
    const after = await exclusion.begin(order, 'host:1');
    if (before.outcome !== 'begun' || after.outcome !== 'begun') throw new Error('not begun');
    expect(after.fencingToken).toBeGreaterThan(before.fencingToken);
    expect(await exclusion.owns({ order, fencingToken: before.fencingToken })).toBe(false);
  });

  it('tells an owner whose reply was lost that it has finished, and nobody else', async () => {
    const { exclusion, events } = onRedis('global');
    const order = anOrder('duckdb-full');
    await exclusion.admit(order, {});
    const begun = await exclusion.begin(order, 'host:1');
    if (begun.outcome !== 'begun') throw new Error('not begun');
    const holding = { order, fencingToken: begun.fencingToken };
    expect(await exclusion.finish(holding, aFailure(order))).toBe(true);
    expect(await exclusion.finish(holding, aFailure(order))).toBe(true);
    expect(await exclusion.finish({ order, fencingToken: 1 }, aFailure(order))).toBe(false);
    const read = await events.read({ after: undefined, count: 9, waitMs: 0, onInvalid: () => undefined });
    expect(read).toHaveLength(3);
  });

  it('lets the lock run out by itself when nobody renews it', async () => {
    const { exclusion, keys } = onRedis('type');
    const order = anOrder('duckdb-full');
    await exclusion.admit(order, {});
    await exclusion.begin(order, 'host:1');
    const left = await redis.pttl(keys.lock('duckdb'));
    expect(left).toBeGreaterThan(10_000);
    expect(left).toBeLessThanOrEqual(15_000);
  });

  it.each([
    ['global', 'type'],
    ['type', 'global'],
  ] as const)(
    'keeps workers of scope %s and of scope %s apart while the scope is changed',
    async (old, changed) => {
      const before = onRedis(old);
      const after = onRedis(changed, before.prefix);
      const first = anOrder('duckdb-full');
      await before.exclusion.admit(first, {});
      await before.exclusion.begin(first, 'host:1');
      // As when the admission was closed by hand while its worker still holds the lock.
      await redis.hdel(before.keys.admissions, 'duckdb');
      const second = anOrder('duckdb-full');
      await after.exclusion.admit(second, {});
      expect(await after.exclusion.begin(second, 'host:2')).toEqual({ outcome: 'busy', by: first.backupId });
    },
  );

  it('keeps idempotency keys for a day', async () => {
    const { exclusion, keys } = onRedis('global');
    await exclusion.admit(anOrder('duckdb-full'), { idempotencyKey: 'k' });
    expect(await redis.ttl(keys.idempotency('k'))).toBeGreaterThan(86_000);
  });
});
