import { type Changes } from './book.ts';
import type { Transfer } from './port.ts';
import { timeMember, toStored } from './stored-form.ts';

export function ledgerKeys(prefix: string) {
  const key = (name: string) => `${prefix}:ledger:${name}`;
  return {
    version: key('version'),
    clock: key('clock'),
    accounts: key('accounts'),
    accountsByTime: key('accounts-by-time'),
    transfers: key('transfers'),
    transfersByTime: key('transfers-by-time'),
    pending: key('pending'),
    expiries: key('expiries'),
    burnt: key('burnt'),
  };
}
export type LedgerKeys = ReturnType<typeof ledgerKeys>;

/**
 * Stores the changes of a batch if nobody has changed the ledger since it was read: all or nothing.
 * KEYS as in `ledgerKeys`. ARGV: the version that was read, the ledger's new clock, the changes as JSON.
 */
export const commitScript = `
local version = redis.call('GET', KEYS[1]) or '0'
if version ~= ARGV[1] then return 0 end
local changes = cjson.decode(ARGV[3])
for _, one in ipairs(changes.accounts) do
  redis.call('HSET', KEYS[3], one[1], one[2])
  redis.call('ZADD', KEYS[4], 0, one[3])
end
for _, one in ipairs(changes.transfers) do
  redis.call('HSET', KEYS[5], one[1], one[2])
  redis.call('ZADD', KEYS[6], 0, one[3])
end
for _, one in ipairs(changes.pending) do
  redis.call('HSET', KEYS[7], one[1], one[2])
  redis.call('ZREM', KEYS[8], one[1])
  if one[3] ~= '' then redis.call('ZADD', KEYS[8], one[3], one[1]) end
end
for _, id in ipairs(changes.burnt) do redis.call('SADD', KEYS[9], id) end
redis.call('SET', KEYS[2], ARGV[2])
redis.call('INCR', KEYS[1])
return 1
`;

export function changesAsJson(changes: Changes): string {
  return JSON.stringify({
    accounts: [...changes.accounts.values()].map((account) => [
      String(account.id),
      toStored(account),
      timeMember(account.timestamp, account.id),
    ]),
    transfers: [...changes.transfers.values()].map((transfer) => [
      String(transfer.id),
      toStored(transfer),
      timeMember(transfer.timestamp, transfer.id),
    ]),
    pending: [...changes.pending].map(([id, status]) => [
      String(id),
      status,
      status === 'pending' ? expiry(changes.transfers.get(id)) : '',
    ]),
    burnt: [...changes.burnt].map(String),
  });
}

/** Second at which it is certainly due; '' for one that never expires. */
function expiry(pending: Transfer | undefined): string {
  if (pending === undefined || pending.timeout === 0) return '';
  return String(pending.timestamp / 1_000_000_000n + BigInt(pending.timeout) + 1n);
}
