import { describe, expect, it } from '@jest/globals';
import { createRedisLease } from '../../../stores/lease/redis.ts';
import { describeLeaseContract } from '../../contracts/lease-contract.ts';
import { testRedis } from '../../support/redis.ts';

const { redis, prefix: filePrefix } = testRedis();
let made = 0;

function onRedis(ttlMs = 15_000) {
  const prefix = `${filePrefix}-${(made += 1)}`;
  return {
    key: `${prefix}:leader`,
    lease: (holder: string) => createRedisLease({ redis, prefix, holder, ttlMs }),
    async expire() {
      await redis.pexpire(`${prefix}:leader`, 0);
    },
  };
}

describeLeaseContract('on Redis', () => Promise.resolve(onRedis()));

describe('the lease on Redis', () => {
  it('runs out by itself, and is extended by holding it', async () => {
    const { lease, key } = onRedis(40_000);
    const held = lease('host:1');
    const token = await held.hold();
    expect(await redis.get(key)).toBe(token);
    await redis.pexpire(key, 5_000);
    await held.hold();
    expect(await redis.pttl(key)).toBeGreaterThan(30_000);
  });
});
