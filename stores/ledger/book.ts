import type { Account, Transfer } from './port.ts';

export type PendingStatus = 'pending' | 'posted' | 'voided' | 'expired';

/** The part of a ledger that a batch touches. Rules read and write it; `changes` is what must be stored. */
export interface Book {
  account(id: bigint): Account | undefined;
  transfer(id: bigint): Transfer | undefined;
  pendingStatus(id: bigint): PendingStatus | undefined;
  /** An id that was refused for a reason that burns it. */
  burnt(id: bigint): boolean;
  /** Timestamp of the newest account or transfer. */
  readonly newestAccount: bigint;
  readonly newestTransfer: bigint;
  /** Whether an account, or a transfer, has this timestamp: what is imported must not have one of the other kind. */
  accountAt(timestamp: bigint): boolean;
  transferAt(timestamp: bigint): boolean;
  putAccount(account: Account): void;
  putTransfer(transfer: Transfer): void;
  putPendingStatus(id: bigint, status: PendingStatus): void;
  burn(id: bigint): void;
  /** From here on, `rollBack` undoes. */
  mark(): void;
  rollBack(): void;
}

export interface BookContent {
  readonly accounts: Map<bigint, Account>;
  readonly transfers: Map<bigint, Transfer>;
  readonly pending: Map<bigint, PendingStatus>;
  readonly burnt: Set<bigint>;
  /** Timestamps of accounts and of transfers. */
  readonly accountTimes: Set<bigint>;
  readonly transferTimes: Set<bigint>;
  newestAccount: bigint;
  newestTransfer: bigint;
}

export interface Changes {
  readonly accounts: ReadonlyMap<bigint, Account>;
  readonly transfers: ReadonlyMap<bigint, Transfer>;
  readonly pending: ReadonlyMap<bigint, PendingStatus>;
  readonly burnt: ReadonlySet<bigint>;
}

/** A book over what was loaded, which stays as it is, and the changes made in it. */
export function openBook(loaded: BookContent): { readonly book: Book; readonly changes: () => Changes } {
  const current = empty(loaded);
  /** What undoes the changes since the mark, the latest last: chains are many, and short. */
  let undo: (() => void)[] = [];

  function put<Key, Value>(into: Map<Key, Value>, key: Key, value: Value): void {
    const before = into.get(key);
    undo.push(() => (before === undefined ? into.delete(key) : into.set(key, before)));
    into.set(key, value);
  }
  function raise(newest: 'newestAccount' | 'newestTransfer', timestamp: bigint): void {
    const before = current[newest];
    if (timestamp <= before) return;
    undo.push(() => (current[newest] = before));
    current[newest] = timestamp;
  }

  const book: Book = {
    account: (id) => current.accounts.get(id) ?? loaded.accounts.get(id),
    transfer: (id) => current.transfers.get(id) ?? loaded.transfers.get(id),
    pendingStatus: (id) => current.pending.get(id) ?? loaded.pending.get(id),
    burnt: (id) => current.burnt.has(id) || loaded.burnt.has(id),
    get newestAccount() {
      return current.newestAccount;
    },
    get newestTransfer() {
      return current.newestTransfer;
    },
    accountAt: (timestamp) => loaded.accountTimes.has(timestamp),
    transferAt: (timestamp) => loaded.transferTimes.has(timestamp),
    putAccount(account) {
      put(current.accounts, account.id, account);
      raise('newestAccount', account.timestamp);
    },
    putTransfer(transfer) {
      put(current.transfers, transfer.id, transfer);
      raise('newestTransfer', transfer.timestamp);
    },
    putPendingStatus(id, status) {
      put(current.pending, id, status);
    },
    burn(id) {
      if (current.burnt.has(id)) return;
      undo.push(() => current.burnt.delete(id));
      current.burnt.add(id);
    },
    mark() {
      undo = [];
    },
    rollBack() {
      for (const each of undo.reverse()) each();
      undo = [];
    },
  };
  return { book, changes: () => current };
}

export function emptyContent(): BookContent {
  return empty({ newestAccount: 0n, newestTransfer: 0n });
}

function empty({ newestAccount, newestTransfer }: Pick<BookContent, 'newestAccount' | 'newestTransfer'>) {
  const content: BookContent = {
    accounts: new Map(),
    transfers: new Map(),
    pending: new Map(),
    burnt: new Set(),
    accountTimes: new Set(),
    transferTimes: new Set(),
    newestAccount,
    newestTransfer,
  };
  return content;
}
