import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import type { Redis } from 'ioredis';
import { type Recorder, startRecorder } from '../../recording/recorder.ts';
import { reconcile } from '../../recording/reconcile.ts';
import { createRedisEventStream } from '../../stores/events/redis.ts';
import type { EventStream } from '../../stores/events/port.ts';
import { openDuckdbMetadata } from '../../stores/metadata/duckdb.ts';
import type { MetadataStore } from '../../stores/metadata/port.ts';
import { connectRedis } from '../../stores/redis-connection.ts';
import { completed, started, testId, testOrder } from '../support/backup-events.ts';
import { catalogOf, headerOf } from '../support/manifest-headers.ts';
import { recordingLog } from '../support/recording-log.ts';
import { type RedisServer, startRedisServer } from '../support/redis-server.ts';
import { SettableClock } from '../support/settable-clock.ts';
import { until } from '../support/until.ts';

describe('the recorder on a Redis of its own', () => {
  let server: RedisServer;
  let connections: Redis[];
  let stream: EventStream;
  let metadata: MetadataStore;
  let recorder: Recorder | undefined;
  const { log, lines } = recordingLog();
  const stored = [testOrder(1), testOrder(2), testOrder(3)];
  let losses = 0;

  beforeAll(async () => {
    server = await startRedisServer();
    connections = [connectRedis(server.url), connectRedis(server.url, { blocking: true })];
    for (const connection of connections) connection.on('error', () => undefined);
    const [redis, reader] = connections;
    if (redis === undefined || reader === undefined) throw new Error('no connection');
    stream = createRedisEventStream({ redis, reader, prefix: 'recorder' });
  });
  afterEach(async () => {
    await recorder?.stop();
    await metadata.close();
    await connections[0]?.flushall();
  });
  afterAll(async () => {
    for (const connection of connections) connection.disconnect();
    await server.stop();
  });

  async function record(): Promise<void> {
    losses = 0;
    metadata = await openDuckdbMetadata({ path: ':memory:', log });
    recorder = startRecorder({
      stream,
      metadata,
      clock: new SettableClock(),
      log,
      waitMs: 200,
      onStreamLost: async () => {
        const catalog = catalogOf(() => stored.map((order) => headerOf(order)));
        const exclusion = { raiseFencingToken: () => Promise.resolve() };
        await reconcile({ catalog, objects: { location: (key) => key }, metadata, exclusion, log });
        losses += 1;
      },
    });
  }

  it('goes on after a restart of Redis, and loses nothing', async () => {
    await record();
    await stream.append(completed(testOrder(1)));
    await recorder?.drain();
    await server.restart();
    await stream.append(completed(testOrder(2)));
    await until('the event after the restart is recorded', () => metadata.get(testId(2)));
    expect(losses).toBe(0);
    expect(await metadata.completedIds()).toEqual(new Set([testId(1), testId(2)]));
  });

  it('records what was appended while it was down', async () => {
    for (const order of stored) await stream.append(completed(order));
    await record();
    await recorder?.drain();
    expect(await metadata.completedIds()).toHaveProperty('size', 3);
  });

  it('knows after FLUSHALL what the store proves, and what is new', async () => {
    await record();
    await stream.append(completed(testOrder(1)));
    await stream.append(started(testOrder(2)));
    await recorder?.drain();
    await connections[0]?.flushall();
    await stream.append(started(testOrder(4)));
    await until('the loss was noticed and reconciled', () => losses === 1);
    await recorder?.drain();
    expect(await metadata.completedIds()).toEqual(new Set([1, 2, 3].map(testId)));
    expect(await metadata.get(testId(4))).toMatchObject({ status: 'running' });
    expect(await metadata.cursor()).toBe(await stream.newest());
    expect(lines).toContainEqual(
      expect.objectContaining({ fields: expect.objectContaining({ reason: 'stream-lost' }) }),
    );
  });

  it('notices FLUSHALL also when nothing new comes', async () => {
    await record();
    await stream.append(completed(testOrder(1)));
    await recorder?.drain();
    await connections[0]?.flushall();
    await until('the loss was noticed and reconciled', () => losses === 1);
    expect(await metadata.cursor()).toBeUndefined();
    expect(await metadata.completedIds()).toHaveProperty('size', 3);
  });
});
