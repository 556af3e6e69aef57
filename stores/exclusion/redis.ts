import { randomUUID } from 'node:crypto';
import type { Redis } from 'ioredis';
import { z } from 'zod';
import type { Clock } from '../../engine/clock.ts';
import type { BackupOrder } from '../../model/backup-order.ts';
import { redisScript } from '../redis-script.ts';
import { exclusionKeys, holdingText } from './exclusion-keys.ts';
import { admissionsScript } from './lua/admissions.ts';
import { admitScript } from './lua/admit.ts';
import { beginScript } from './lua/begin.ts';
import { closeScript } from './lua/close.ts';
import { finishScript } from './lua/finish.ts';
import { promoteScript } from './lua/promote.ts';
import { raiseFencingTokenScript } from './lua/raise-fencing-token.ts';
import { renewScript } from './lua/renew.ts';
import type { Exclusion, LockScope } from './port.ts';
import { readStoredAdmission } from './stored-admission.ts';
import { requireTerminalEvent } from './terminal-event.ts';

export interface RedisExclusionOptions {
  readonly redis: Redis;
  readonly prefix: string;
  readonly lockScope: LockScope;
  /** How long a lock lives without being renewed, in ms, by Redis's own clock. */
  readonly lockDurationMs: number;
  /** Gives the times in events and admissions. */
  readonly clock: Clock;
}

const idempotencySeconds = 24 * 60 * 60;

const state = z.enum(['waiting', 'dispatched', 'running']);
const admitReply = z.union([
  z.tuple([z.literal('dispatched')]).transform(() => ({ outcome: 'dispatched' as const })),
  z.tuple([z.literal('not-leader')]).transform(() => ({ outcome: 'not-leader' as const })),
  z.tuple([z.literal('waiting'), z.string()]).transform(([outcome, behind]) => ({ outcome, behind })),
  z
    .tuple([z.literal('refused'), z.string(), state])
    .transform(([outcome, by, theirState]) => ({ outcome, by, state: theirState })),
  z.tuple([z.literal('busy'), z.string()]).transform(([outcome, by]) => ({ outcome, by })),
  z.tuple([z.literal('repeated'), z.string()]).transform(([outcome, backupId]) => ({ outcome, backupId })),
]);
const beginReply = z.union([
  z.tuple([z.literal('superseded')]).transform(() => ({ outcome: 'superseded' as const })),
  z.tuple([z.literal('busy'), z.string()]).transform(([outcome, by]) => ({ outcome, by })),
  z
    .tuple([z.literal('begun'), z.string(), z.string()])
    .transform(([outcome, token, startTime]) => ({ outcome, fencingToken: Number(token), startTime })),
]);
const admissionsReply = z.array(z.union([z.string(), z.number()]));

/** Exclusion on Redis: each method is one Lua script (lua/), which also appends the event. */
export function createRedisExclusion(options: RedisExclusionOptions): Exclusion {
  const { redis, prefix, lockScope, lockDurationMs, clock } = options;
  const keys = exclusionKeys(prefix, lockScope);
  const admit = redisScript(redis, admitScript);
  const promote = redisScript(redis, promoteScript);
  const begin = redisScript(redis, beginScript);
  const renew = redisScript(redis, renewScript);
  const finish = redisScript(redis, finishScript);
  const close = redisScript(redis, closeScript);
  const admissions = redisScript(redis, admissionsScript);
  const raiseFencingToken = redisScript(redis, raiseFencingTokenScript);
  const identity = (order: BackupOrder) => [order.type, order.backupId, order.attempt];

  return {
    async admit(order, { idempotencyKey, leaseToken }) {
      const now = clock.now();
      const requested = { kind: 'requested', at: new Date(now).toISOString(), order };
      const reply = await admit(
        [keys.admissions, keys.events, keys.leader, keys.idempotency(idempotencyKey ?? '')],
        [
          ...identity(order),
          JSON.stringify(order),
          JSON.stringify(requested),
          now,
          lockScope,
          order.schedule === null ? 'on-demand' : 'scheduled',
          leaseToken ?? '',
          idempotencyKey === undefined ? '' : idempotencySeconds,
        ],
      );
      return admitReply.parse(reply);
    },
    async promote(backupId) {
      return (await promote([keys.admissions], [backupId, clock.now(), lockScope])) === 1;
    },
    async begin(order, worker) {
      const now = clock.now();
      const taken = keys.lock(order.type);
      const others = keys.locksAgainst(order.type).filter((lock) => lock !== taken);
      const reply = await begin(
        [keys.admissions, keys.events, keys.fencing, taken, ...others],
        [...identity(order), worker, now, new Date(now).toISOString(), lockDurationMs, randomUUID()],
      );
      return beginReply.parse(reply);
    },
    async renew(holding, bytes) {
      const { type } = holding.order;
      const args = [type, holdingText(holding), lockDurationMs, bytes, clock.now()];
      return (await renew([keys.admissions, keys.lock(type)], args)) === 1;
    },
    async owns(holding) {
      return (await redis.get(keys.lock(holding.order.type))) === holdingText(holding);
    },
    async finish(holding, event) {
      requireTerminalEvent(holding.order, event);
      const { type } = holding.order;
      const touched = [keys.admissions, keys.events, keys.lock(type), keys.ended];
      return (await finish(touched, [type, holdingText(holding), JSON.stringify(event)])) === 1;
    },
    async close(order, event) {
      requireTerminalEvent(order, event);
      const touched = [keys.admissions, keys.events, ...keys.everyLock];
      return (await close(touched, [...identity(order), JSON.stringify(event)])) === 1;
    },
    async admissions() {
      const reply = admissionsReply.parse(await admissions([keys.admissions, ...keys.everyLock], []));
      return reply.flatMap((raw, index) =>
        typeof raw === 'string' ? [{ ...readStoredAdmission(raw), held: reply[index + 1] === 1 }] : [],
      );
    },
    async raiseFencingToken(atLeast) {
      await raiseFencingToken([keys.fencing], [atLeast]);
    },
  };
}
