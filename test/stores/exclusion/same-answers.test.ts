import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BackupKind } from '../../../model/backup-kind.ts';
import type { BackupOrder } from '../../../model/backup-order.ts';
import { createMemoryEventStream } from '../../../stores/events/memory.ts';
import { createRedisEventStream } from '../../../stores/events/redis.ts';
import { exclusionKeys } from '../../../stores/exclusion/exclusion-keys.ts';
import { createMemoryExclusion } from '../../../stores/exclusion/memory.ts';
import type { Exclusion, LockScope } from '../../../stores/exclusion/port.ts';
import { createRedisExclusion } from '../../../stores/exclusion/redis.ts';
import { eventKinds } from '../../contracts/exclusion-under-test.ts';
import { aFailure, anOrder, aScheduledOrder } from '../../support/orders.ts';
import { testRedis } from '../../support/redis.ts';
import { SettableClock } from '../../support/settable-clock.ts';

const { redis, prefix: filePrefix } = testRedis();
const numRuns = process.env['SOAK'] === undefined ? 60 : 3_000;
let made = 0;

const kinds: readonly BackupKind[] = ['duckdb-full', 'parquet-replication', 'kms-keys'];
const orders: readonly BackupOrder[] = kinds.flatMap((kind) => {
  const onDemand = anOrder(kind);
  return [onDemand, { ...onDemand, attempt: 2 }, aScheduledOrder(kind)];
});

const verb = fc.oneof(
  { weight: 3, arbitrary: fc.constant('admit' as const) },
  { weight: 3, arbitrary: fc.constant('begin' as const) },
  { weight: 2, arbitrary: fc.constantFrom('renew', 'finish', 'close', 'promote') },
  { weight: 1, arbitrary: fc.constantFrom('owns', 'expire', 'keyed') },
);
/** Mostly the next thing about the same order, so that backups get far. */
const command = fc.record({
  verb,
  other: fc.oneof(
    { weight: 3, arbitrary: fc.constant(undefined) },
    { weight: 1, arbitrary: fc.nat({ max: orders.length - 1 }) },
  ),
  bytes: fc.nat(),
});
type Command = typeof command extends fc.Arbitrary<infer Value> ? Value : never;

/** One adapter with what its workers know; answers with all that does not differ by nature (tokens, times). */
function actor(exclusion: Exclusion, expire: () => Promise<unknown>) {
  const tokens = new Map<BackupOrder, number>();
  let which = 0;
  return async ({ verb, other, bytes }: Command): Promise<unknown> => {
    which = other ?? which;
    const order = orders[which] ?? anOrder('kms-keys');
    const holding = { order, fencingToken: tokens.get(order) ?? 1 };
    switch (verb) {
      case 'admit':
        return exclusion.admit(order, {});
      case 'keyed':
        return exclusion.admit(order, { idempotencyKey: `key-${bytes % 2}` });
      case 'promote':
        return exclusion.promote(order.backupId);
      case 'begin': {
        const begun = await exclusion.begin(order, 'host:1');
        if (begun.outcome !== 'begun') return begun;
        expect(begun.fencingToken).toBeGreaterThan(Math.max(0, ...tokens.values()));
        tokens.set(order, begun.fencingToken);
        return begun.outcome;
      }
      case 'renew':
        return exclusion.renew(holding, bytes);
      case 'owns':
        return exclusion.owns(holding);
      case 'finish':
        return exclusion.finish(holding, aFailure(order));
      case 'close':
        return exclusion.close(order, aFailure(order));
      case 'expire':
        await expire();
        return undefined;
    }
  };
}

async function standing(exclusion: Exclusion): Promise<unknown> {
  const admissions = await exclusion.admissions();
  return admissions
    .map(({ order, state, held, progress }) => [order.backupId, order.attempt, state, held, progress?.bytes])
    .toSorted();
}

describe('exclusion on Redis and in memory', () => {
  it.each(['global', 'type'] as const)(
    'give the same answers to whatever comes, scope %s',
    async (lockScope) => {
      await fc.assert(
        fc.asyncProperty(fc.array(command, { minLength: 5, maxLength: 60 }), async (commands) => {
          const { onRedis, inMemory } = pair(lockScope);
          for (const each of commands) {
            expect(await onRedis.act(each)).toEqual(await inMemory.act(each));
          }
          expect(await standing(onRedis.exclusion)).toEqual(await standing(inMemory.exclusion));
          const happened = await eventKinds(onRedis.events);
          expect(happened).toEqual(await eventKinds(inMemory.events));
          expect(happened.filter((kind) => kind.endsWith('started')).length).toBeLessThanOrEqual(
            happened.filter((kind) => kind.endsWith('requested')).length,
          );
        }),
        { numRuns },
      );
    },
  );
});

function pair(lockScope: LockScope) {
  const prefix = `${filePrefix}-${(made += 1)}`;
  const keys = exclusionKeys(prefix, lockScope);
  const clock = new SettableClock();
  const shared = { lockScope, lockDurationMs: 15_000, clock };
  const memoryEvents = createMemoryEventStream();
  const inMemory = createMemoryExclusion({ events: memoryEvents, ...shared });
  const onRedis = createRedisExclusion({ redis, prefix, ...shared });
  const expireLocks = () => redis.del(keys.everyLock);
  const tick = () => {
    clock.tick(15_000);
    return Promise.resolve();
  };
  return {
    onRedis: {
      exclusion: onRedis,
      events: createRedisEventStream({ redis, reader: redis, prefix }),
      act: actor(onRedis, expireLocks),
    },
    inMemory: { exclusion: inMemory, events: memoryEvents, act: actor(inMemory, tick) },
  };
}
