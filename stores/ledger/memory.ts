import type { Clock } from '../../engine/clock.ts';
import { requireBatch, requirePage } from './batch-limit.ts';
import { type Changes, emptyContent } from './book.ts';
import { createAccountsInBook, createTransfersInBook } from './create-in-book.ts';
import { matches } from './matches.ts';
import { type Account, type Ledger, type LedgerQuery, timestampMax, type Transfer } from './port.ts';

/** A ledger that is forgotten at the end; the rules are those of the Redis ledger. */
export function createMemoryLedger({ clock }: { readonly clock: Clock }): Ledger {
  const content = emptyContent();
  let last = 0n;

  const firstTimestamp = (count: number): bigint => {
    const now = BigInt(clock.now()) * 1_000_000n;
    const first = now > last ? now : last + 1n;
    last = first + BigInt(count);
    return first;
  };
  const keep = (changes: Changes) => {
    for (const [id, account] of changes.accounts) content.accounts.set(id, account);
    for (const [id, transfer] of changes.transfers) content.transfers.set(id, transfer);
    for (const [id, status] of changes.pending) content.pending.set(id, status);
    for (const id of changes.burnt) content.burnt.add(id);
    for (const { timestamp } of changes.accounts.values()) {
      content.accountTimes.add(timestamp);
      if (timestamp > content.newestAccount) content.newestAccount = timestamp;
    }
    for (const { timestamp } of changes.transfers.values()) {
      content.transferTimes.add(timestamp);
      if (timestamp > content.newestTransfer) content.newestTransfer = timestamp;
    }
  };
  const page = <Found extends Account | Transfer>(all: ReadonlyMap<bigint, Found>, query: LedgerQuery) => {
    requirePage(query.limit);
    if (query.timestampMax !== undefined && query.timestampMax > timestampMax) return [];
    // In the order in which they came, which is that of their timestamps.
    const found = [...all.values()].filter((one) => matches(one, query));
    return (query.reversed === true ? found.reverse() : found).slice(0, query.limit);
  };
  const pick = <Found>(all: ReadonlyMap<bigint, Found>, ids: readonly bigint[]) => {
    requireBatch(ids);
    return ids.map((id) => all.get(id)).filter((one) => one !== undefined);
  };

  return {
    async createAccounts(accounts) {
      await Promise.resolve();
      requireBatch(accounts);
      const { results, changes } = createAccountsInBook(content, accounts, firstTimestamp(accounts.length));
      keep(changes);
      return results;
    },
    async createTransfers(transfers) {
      await Promise.resolve();
      requireBatch(transfers);
      const first = firstTimestamp(transfers.length);
      const due = [...content.pending].filter(([, status]) => status === 'pending').map(([id]) => id);
      const { results, changes } = createTransfersInBook(content, transfers, { first, due });
      keep(changes);
      return results;
    },
    lookupAccounts: (ids) => Promise.resolve().then(() => pick(content.accounts, ids)),
    lookupTransfers: (ids) => Promise.resolve().then(() => pick(content.transfers, ids)),
    queryAccounts: (query) => Promise.resolve().then(() => page(content.accounts, query)),
    queryTransfers: (query) => Promise.resolve().then(() => page(content.transfers, query)),
    close: () => Promise.resolve(),
  };
}
