import { setTimeout as pause } from 'node:timers/promises';
import type { Redis } from 'ioredis';
import type { Clock } from '../../engine/clock.ts';
import { CodedError } from '../../errors/coded-error.ts';
import { redisScript } from '../redis-script.ts';
import { requireBatch, requirePage } from './batch-limit.ts';
import type { BookContent } from './book.ts';
import { bounded } from './bounded.ts';
import { changesAsJson, commitScript, ledgerKeys } from './commit-script.ts';
import { createAccountsInBook, createTransfersInBook, type Outcome } from './create-in-book.ts';
import { loadForAccounts, loadForTransfers } from './load-content.ts';
import { matches } from './matches.ts';
import {
  type Account,
  type Created,
  type Ledger,
  type LedgerQuery,
  timestampMax,
  type Transfer,
} from './port.ts';
import { idOfMember, readAccount, readTransfer, timeMember } from './stored-form.ts';

const attempts = 50;

/**
 * The embedded ledger. A batch is worked out here, in 128-bit integers that Lua does not have, and stored by one script
 * that refuses when another batch came in between: then it is worked out again.
 */
export function createRedisLedger(options: {
  readonly redis: Redis;
  readonly prefix: string;
  readonly clock: Clock;
  /** For each call, in ms. */
  readonly deadlineMs?: number;
}): Ledger {
  const { redis, clock, deadlineMs = 5000 } = options;
  const keys = ledgerKeys(options.prefix);
  const commit = redisScript(redis, commitScript);

  async function inOneStep<Result>(
    count: number,
    work: (first: bigint) => Promise<Outcome<Result>>,
  ): Promise<readonly Created<Result>[]> {
    for (let tried = 0; tried < attempts; tried += 1) {
      const [version, last] = await redis.mget(keys.version, keys.clock);
      const now = BigInt(Math.floor(clock.now())) * 1_000_000n;
      const after = BigInt(last ?? 0) + 1n;
      const first = now > after ? now : after;
      const { results, changes } = await work(first);
      const end = String(first + BigInt(count));
      if ((await commit(Object.values(keys), [version ?? '0', end, changesAsJson(changes)])) === 1)
        return results;
      // In step with each other, the one whose batches take longer would never come first.
      await pause(Math.random() * Math.min(2 ** tried, 100));
    }
    throw new CodedError(
      'ledger-unavailable',
      `The ledger was changed by others ${attempts} times in a row while a batch was worked out; try again.`,
    );
  }

  async function lookup<Found>(key: string, ids: readonly bigint[], read: (stored: string) => Found) {
    requireBatch(ids);
    if (ids.length === 0) return [];
    const stored = await redis.hmget(key, ...ids.map(String));
    return stored.filter((one) => one !== null).map(read);
  }

  async function query<Found extends Account | Transfer>(
    index: string,
    asked: LedgerQuery,
    load: (ids: readonly bigint[]) => Promise<Found[]>,
  ): Promise<Found[]> {
    requirePage(asked.limit);
    if (asked.timestampMax !== undefined && asked.timestampMax > timestampMax) return [];
    const reversed = asked.reversed === true;
    let min = `[${timeMember(asked.timestampMin ?? 0n, 0n).slice(0, 20)}`;
    let max = asked.timestampMax ? `(${timeMember(asked.timestampMax + 1n, 0n).slice(0, 20)}` : '+';
    const found: Found[] = [];
    while (found.length < asked.limit) {
      const members: string[] = reversed
        ? await redis.zrevrangebylex(index, max, min, 'LIMIT', 0, asked.limit)
        : await redis.zrangebylex(index, min, max, 'LIMIT', 0, asked.limit);
      const last = members.at(-1);
      if (last === undefined) break;
      if (reversed) max = `(${last}`;
      else min = `(${last}`;
      const page = await load(members.map((member) => BigInt(idOfMember(member))));
      found.push(...page.filter((one) => matches(one, asked)));
    }
    return found.slice(0, asked.limit);
  }

  const accounts = (ids: readonly bigint[]) => lookup(keys.accounts, ids, readAccount);
  const transfers = (ids: readonly bigint[]) => lookup(keys.transfers, ids, readTransfer);

  const ledger: Ledger = {
    async createAccounts(events) {
      requireBatch(events);
      return inOneStep(events.length, async (first) => {
        const content: BookContent = await loadForAccounts(redis, keys, events);
        return createAccountsInBook(content, events, first);
      });
    },
    async createTransfers(events) {
      requireBatch(events);
      return inOneStep(events.length, async (first) => {
        const { content, due } = await loadForTransfers(redis, keys, { transfers: events, now: first });
        return createTransfersInBook(content, events, { first, due });
      });
    },
    lookupAccounts: accounts,
    lookupTransfers: transfers,
    queryAccounts: (asked) => query(keys.accountsByTime, asked, accounts),
    queryTransfers: (asked) => query(keys.transfersByTime, asked, transfers),
    close: () => Promise.resolve(),
  };
  return bounded(ledger, deadlineMs);
}
