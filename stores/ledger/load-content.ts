import type { Redis } from 'ioredis';
import { z } from 'zod';
import { type BookContent, emptyContent } from './book.ts';
import type { LedgerKeys } from './commit-script.ts';
import { accountFlags, has, transferFlags } from './flags.ts';
import type { Account, Transfer } from './port.ts';
import { readAccount, readTransfer, timestampOfMember } from './stored-form.ts';
import { addTakenTimes } from './taken-times.ts';

const pendingStatus = z.enum(['pending', 'posted', 'voided', 'expired']);

/** What a batch of accounts touches. */
export async function loadForAccounts(
  redis: Redis,
  keys: LedgerKeys,
  accounts: readonly Account[],
): Promise<BookContent> {
  const content = await emptyAtEnd(redis, keys);
  await loadAccounts(redis, keys, { content, ids: accounts.map(({ id }) => id) });
  await addTakenTimes(redis, keys.transfersByTime, {
    into: content.transferTimes,
    among: importedTimes(accounts, { imported: accountFlags.imported, until: content.newestTransfer }),
  });
  return content;
}

/** What a batch of transfers touches, and the pending transfers whose time is up. */
export async function loadForTransfers(
  redis: Redis,
  keys: LedgerKeys,
  { transfers, now }: { readonly transfers: readonly Transfer[]; readonly now: bigint },
): Promise<{ readonly content: BookContent; readonly due: readonly bigint[] }> {
  const content = await emptyAtEnd(redis, keys);
  const due = (await redis.zrangebyscore(keys.expiries, '-inf', String(now / 1_000_000_000n))).map(BigInt);
  const ids = unique([...due, ...transfers.flatMap(({ id, pendingId }) => [id, pendingId])]);
  const stored = await fields(redis, keys.transfers, ids);
  for (const [id, text] of stored) content.transfers.set(id, readTransfer(text));
  for (const [id, text] of await fields(redis, keys.pending, ids)) {
    content.pending.set(id, pendingStatus.parse(text));
  }
  if (ids.length > 0) {
    const burnt = await redis.smismember(keys.burnt, ...ids.map(String));
    ids.forEach((id, index) => burnt[index] === 1 && content.burnt.add(id));
  }
  const sides = [...transfers, ...content.transfers.values()].flatMap((one) => [
    one.debitAccountId,
    one.creditAccountId,
  ]);
  await loadAccounts(redis, keys, { content, ids: sides });
  await addTakenTimes(redis, keys.accountsByTime, {
    into: content.accountTimes,
    among: importedTimes(transfers, { imported: transferFlags.imported, until: content.newestAccount }),
  });
  return { content, due };
}

/** Timestamps that imported events ask for; after the newest of the other kind none can be taken. */
function importedTimes(
  events: readonly (Account | Transfer)[],
  { imported, until }: { readonly imported: number; readonly until: bigint },
): bigint[] {
  return events
    .filter(({ flags, timestamp }) => has(flags, imported) && timestamp <= until)
    .map(({ timestamp }) => timestamp);
}

async function emptyAtEnd(redis: Redis, keys: LedgerKeys): Promise<BookContent> {
  const content = emptyContent();
  content.newestAccount = timestampOfMember((await redis.zrevrange(keys.accountsByTime, 0, 0))[0]);
  content.newestTransfer = timestampOfMember((await redis.zrevrange(keys.transfersByTime, 0, 0))[0]);
  return content;
}

async function loadAccounts(
  redis: Redis,
  keys: LedgerKeys,
  { content, ids }: { readonly content: BookContent; readonly ids: readonly bigint[] },
): Promise<void> {
  const stored = await fields(redis, keys.accounts, unique(ids));
  for (const [id, text] of stored) content.accounts.set(id, readAccount(text));
}

async function fields(redis: Redis, key: string, ids: readonly bigint[]): Promise<[bigint, string][]> {
  if (ids.length === 0) return [];
  const stored = await redis.hmget(key, ...ids.map(String));
  return ids.flatMap((id, index) => {
    const text = stored[index];
    return text == null ? [] : [[id, text] as [bigint, string]];
  });
}

function unique(ids: readonly bigint[]): bigint[] {
  return [...new Set(ids)].filter((id) => id !== 0n);
}
