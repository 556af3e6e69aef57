import { describe, expect, it } from '@jest/globals';
import { backupLease } from '../../../stores/reading/port.ts';
import { createRedisReadLeases } from '../../../stores/reading/redis.ts';
import { testRedis } from '../../support/redis.ts';
import { until } from '../../support/until.ts';

const { redis, prefix } = testRedis();
const leases = createRedisReadLeases({ redis, prefix });

describe('leases of what is being read', () => {
  it('belong to one holder, who extends and gives them up', async () => {
    expect(await leases.take('one', 'a', 60_000)).toBe('a');
    expect(await leases.take('one', 'b', 60_000)).toBe('a');
    expect(await leases.take('one', 'a', 60_000)).toBe('a');
    await leases.release('one', 'b');
    expect(await leases.take('one', 'b', 60_000)).toBe('a');
    await leases.release('one', 'a');
    expect(await leases.take('one', 'b', 60_000)).toBe('b');
  });

  it('run out when they are not taken again', async () => {
    await leases.take('short', 'a', 20);
    await until('the lease to run out', async () => (await leases.take('short', 'b', 60_000)) === 'b');
  });

  it('are listed by what they begin with', async () => {
    for (const by of ['verification-1', 'restore*']) await leases.take(backupLease('A*') + by, 'x', 60_000);
    await leases.take(`${backupLease('AB')}verification-1`, 'x', 60_000);
    expect(await leases.held(backupLease('A*'))).toEqual(['backup/A*/restore*', 'backup/A*/verification-1']);
  });
});
