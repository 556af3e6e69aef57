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
  let current = empty(loaded);
  let marked = current;
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
    putAccount(account) {
      current.accounts.set(account.id, account);
      if (account.timestamp > current.newestAccount) current.newestAccount = account.timestamp;
    },
    putTransfer(transfer) {
      current.transfers.set(transfer.id, transfer);
      if (transfer.timestamp > current.newestTransfer) current.newestTransfer = transfer.timestamp;
    },
    putPendingStatus(id, status) {
      current.pending.set(id, status);
    },
    burn(id) {
      current.burnt.add(id);
    },
    mark() {
      marked = copy(current);
    },
    rollBack() {
      current = copy(marked);
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
    newestAccount,
    newestTransfer,
  };
  return content;
}

function copy(content: BookContent): BookContent {
  return {
    ...content,
    accounts: new Map(content.accounts),
    transfers: new Map(content.transfers),
    pending: new Map(content.pending),
    burnt: new Set(content.burnt),
  };
}
