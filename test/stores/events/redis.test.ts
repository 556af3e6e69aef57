import { afterAll, describe, expect, it } from '@jest/globals';
import { connectRedis } from '../../../stores/redis-connection.ts';
import { createRedisEventStream } from '../../../stores/events/redis.ts';
import { describeEventsContract } from '../../contracts/events-contract.ts';
import { aFailure, anOrder } from '../../support/orders.ts';
import { testRedis } from '../../support/redis.ts';

const { redis, url, prefix: filePrefix } = testRedis();
const reader = connectRedis(url, { blocking: true });
afterAll(() => reader.quit());
let made = 0;

function onRedis() {
  const prefix = `${filePrefix}-${(made += 1)}`;
  return { key: `${prefix}:events`, stream: createRedisEventStream({ redis, reader, prefix }) };
}

describeEventsContract('on Redis', () => Promise.resolve(onRedis().stream));

describe('the event stream on Redis', () => {
  it('reports entries that do not parse, and goes on behind them', async () => {
    const { stream, key } = onRedis();
    await redis.xadd(key, '*', 'event', '{"kind":"unheard of"}');
    await redis.xadd(key, '*', 'event', 'not JSON');
    await redis.xadd(key, '*', 'other', 'field');
    const event = aFailure(anOrder('kms-keys'));
    await stream.append(event);
    const invalid: string[] = [];
    const onInvalid = (_: string, raw: string) => invalid.push(raw);
    const read = await stream.read({ after: undefined, count: 2, waitMs: 0, onInvalid });
    expect(read.map((entry) => entry.event)).toEqual([event]);
    expect(invalid).toEqual(['{"kind":"unheard of"}', 'not JSON', 'other']);
  });

  it('shows by its newest cursor that a reader has seen more than is left', async () => {
    const { stream, key } = onRedis();
    // Of long ago: within one millisecond Redis would give the next entry of a new stream the same id.
    await redis.xadd(key, '1-0', 'event', JSON.stringify(aFailure(anOrder('kms-keys'))));
    const seen = await stream.newest();
    await redis.del(key);
    expect(await stream.newest()).toBeUndefined();
    await stream.append(aFailure(anOrder('kms-keys')));
    expect(await stream.read({ after: seen, count: 9, waitMs: 0, onInvalid: () => undefined })).toHaveLength(
      1,
    );
  });

  it('refuses text that is no cursor', async () => {
    const { stream } = onRedis();
    const reading = stream.read({ after: '0-0', count: 1, waitMs: 0, onInvalid: () => undefined });
    await expect(reading).rejects.toMatchObject({ code: 'invalid-request' });
  });
});
