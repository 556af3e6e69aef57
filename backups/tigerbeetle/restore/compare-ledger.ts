import { CodedError } from '../../../errors/coded-error.ts';
import {
  type Account,
  accountFlags,
  type Ledger,
  type Transfer,
  transferFlags,
} from '../../../stores/ledger/port.ts';
import { newestOf, readPages } from '../read-pages.ts';
import type { History } from './load-history.ts';

/** An account as it is written: its balances come from the transfers. */
export function importedAccount(account: Account): Account {
  return { ...account, flags: account.flags | accountFlags.imported };
}

/** A transfer as it is written: one that is imported cannot have a timeout. */
export function importedTransfer(transfer: Transfer): Transfer {
  return { ...transfer, flags: transfer.flags | transferFlags.imported, timeout: 0 };
}

const accountFields = [
  'id',
  'userData128',
  'userData64',
  'userData32',
  'ledger',
  'code',
  'timestamp',
] as const;
const transferFields = [
  ...accountFields,
  'debitAccountId',
  'creditAccountId',
  'amount',
  'pendingId',
  'timeout',
  'flags',
] as const;

/** How much of a history a ledger holds. */
export interface Held {
  readonly accounts: number;
  readonly transfers: number;
}

/**
 * Compares all that a ledger holds with the beginning of a history. Throws `restore-target-exists` with the first
 * account or transfer that is not the history's.
 */
export async function heldOf(ledger: Ledger, history: History, signal: AbortSignal): Promise<Held> {
  const { account, transfer } = await newestOf(ledger);
  const accounts = readPages(
    (query) => ledger.queryAccounts(query),
    { from: 0n, to: account?.timestamp ?? 0n },
    signal,
  );
  const transfers = readPages(
    (query) => ledger.queryTransfers(query),
    { from: 0n, to: transfer?.timestamp ?? 0n },
    signal,
  );
  // Closing transfers set `closed`: that is compared with the balances.
  const flags = (one: Account): number => importedAccount(one).flags & ~accountFlags.closed;
  return {
    accounts: await countSame('account', accounts, history.accounts(), {
      same: (found, wanted) =>
        flags(found) === flags(wanted) && accountFields.every((field) => found[field] === wanted[field]),
    }),
    transfers: await countSame('transfer', transfers, history.transfers(), {
      same: (found, wanted) => {
        const asked = importedTransfer(wanted);
        return transferFields.every((field) => found[field] === asked[field]);
      },
    }),
  };
}

async function countSame<Item extends { readonly id: bigint; readonly timestamp: bigint }>(
  what: string,
  found: AsyncIterable<readonly Item[]>,
  wanted: AsyncIterable<readonly Item[]>,
  { same }: { readonly same: (found: Item, wanted: Item) => boolean },
): Promise<number> {
  const expected = oneByOne(wanted);
  let count = 0;
  try {
    for await (const page of found) {
      for (const item of page) {
        const next = expected.ready() ?? (await expected.next());
        if (next === undefined || !same(item, next)) throw foreign(what, item, count);
        count += 1;
      }
    }
    return count;
  } finally {
    await expected.close();
  }
}

/** Items of pages; `ready` gives the next one where no page must be waited for. */
function oneByOne<Item>(pages: AsyncIterable<readonly Item[]>) {
  const iterator = pages[Symbol.asyncIterator]();
  let page: readonly Item[] = [];
  let at = 0;
  const ready = (): Item | undefined => page[at++];
  return {
    ready,
    async next(): Promise<Item | undefined> {
      for (;;) {
        const result = await iterator.next();
        if (result.done === true) return undefined;
        [page, at] = [result.value, 0];
        if (page.length > 0) return ready();
      }
    },
    async close(): Promise<void> {
      await iterator.return?.(undefined);
    },
  };
}

function foreign(
  what: string,
  { id, timestamp }: { readonly id: bigint; readonly timestamp: bigint },
  before: number,
): CodedError {
  return new CodedError(
    'restore-target-exists',
    `The ledger holds ${what} ${id} of ${timestamp}, after ${before} that are the backup's, and the backup does not have it there. A restore goes into an empty ledger, or on where an earlier restore of the same history ended; take another cluster.`,
    { facts: { [what]: String(id) } },
  );
}
