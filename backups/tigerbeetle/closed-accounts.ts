import {
  accountFlags,
  hasFlag,
  type Ledger,
  type Transfer,
  transferFlags,
} from '../../stores/ledger/port.ts';
import type { Database } from '../duckdb/database.ts';
import type { RowOf } from './columns.ts';
import { wideOf } from './ledger-state.ts';
import { newestOf, readPages } from './read-pages.ts';

/** Which accounts were closed by a transfer: all others that are closed were created so. */
export interface ClosedAccounts {
  see(transfers: readonly Transfer[]): void;
  /** Transfers that are stored: what can stand after FROM. */
  seeStored(database: Database, from: string): Promise<void>;
  /**
   * Accounts with the flags that they were created with. A closed one may have been closed after `asOf` by a transfer
   * that was not read yet: those are looked through first.
   */
  asCreated(accounts: readonly RowOf['accounts'][], asOf: bigint): Promise<readonly RowOf['accounts'][]>;
}

const sides = [
  ['debit', transferFlags.closingDebit],
  ['credit', transferFlags.closingCredit],
] as const;

export function createClosedAccounts(ledger: Ledger, signal: AbortSignal): ClosedAccounts {
  const closed = new Set<bigint>();
  let seenTo = 0n;

  function see(transfers: readonly Transfer[]): void {
    for (const { flags, debitAccountId, creditAccountId } of transfers) {
      if (hasFlag(flags, transferFlags.closingDebit)) closed.add(debitAccountId);
      if (hasFlag(flags, transferFlags.closingCredit)) closed.add(creditAccountId);
    }
    const last = transfers.at(-1);
    if (last !== undefined && last.timestamp > seenTo) seenTo = last.timestamp;
  }

  return {
    see,
    async seeStored(database, from) {
      for (const [side, flag] of sides) {
        const rows = await database.rows(
          `SELECT DISTINCT ${side}_account_id_high AS id_high, ${side}_account_id_low AS id_low
           FROM ${from} WHERE flags & ${flag} <> 0`,
        );
        for (const row of rows) closed.add(wideOf(row, 'id'));
      }
    },
    async asCreated(accounts, asOf) {
      const unknown = accounts.some(
        ({ id, flags }) => hasFlag(flags, accountFlags.closed) && !closed.has(id),
      );
      if (unknown) {
        const from = seenTo > asOf ? seenTo : asOf;
        const to = (await newestOf(ledger)).transfer?.timestamp ?? 0n;
        const pages = readPages((query) => ledger.queryTransfers(query), { from, to }, signal);
        for await (const page of pages) see(page);
      }
      return accounts.map((account) =>
        closed.has(account.id) ? { ...account, flags: account.flags & ~accountFlags.closed } : account,
      );
    },
  };
}
