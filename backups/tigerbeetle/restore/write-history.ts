import { CodedError } from '../../../errors/coded-error.ts';
import type { Ledger } from '../../../stores/ledger/port.ts';
import type { Kind } from '../columns.ts';
import { newestOf } from '../read-pages.ts';
import { lastOf, unpackRows } from '../row-readers.ts';
import { createRowTable } from '../row-table.ts';
import type { Staging } from '../staging.ts';
import { accountQuery, transferQuery } from '../take-rows.ts';
import { type Comparison, compareRows } from './compare-rows.ts';
import { follow } from './follow.ts';
import type { History } from './load-history.ts';
import { proveBalances } from './prove-balances.ts';
import type { RowsInOrder } from './rows-in-order.ts';
import { sentRows } from './sent-rows.ts';
import { writeEvents } from './write-events.ts';

/** How much of a history a ledger holds. */
export type Held = Readonly<Record<Kind, number>>;

interface Work {
  readonly staging: Staging;
  readonly signal: AbortSignal;
}

interface Begun {
  readonly held: Held;
  /** What the ledger lacks. */
  readonly missing: Readonly<Record<Kind, RowsInOrder>>;
  /** Goes on from there. */
  readonly transfers: Comparison;
}

/**
 * What a ledger holds of a history before a restore. Throws `restore-target-exists` with the first account or transfer
 * that is not the history's.
 */
export async function heldOf(
  into: Ledger,
  history: History,
  { signal }: Pick<Work, 'signal'>,
): Promise<Begun> {
  const newest = await newestOf(into);
  const accounts = compareRows({ signal, kind: 'accounts', query: accountQuery(into) });
  const transfers = compareRows({ signal, kind: 'transfers', query: transferQuery(into) });
  const missing = { accounts: history.inOrder('accounts'), transfers: history.inOrder('transfers') };
  await accounts.readTo(newest.account?.timestamp ?? 0n, missing.accounts);
  await transfers.readTo(newest.transfer?.timestamp ?? 0n, missing.transfers);
  return { held: { accounts: accounts.compared, transfers: transfers.compared }, missing, transfers };
}

/** Batches that are written and not yet read back, at most: they wait in memory. */
const mostBehind = 3;

/**
 * Writes what a ledger lacks of a history. Transfers are read back and compared beside: none can come to lie before one
 * that was read, since each must be newer than all before it. Accounts, and with them balances, are read at the end.
 */
export async function writeHistory(
  into: Ledger,
  history: History,
  { staging, signal, missing, transfers }: Work & Begun,
): Promise<void> {
  await writeEvents(missing.accounts, {
    ...{ signal, kind: 'accounts' },
    create: (batch) => into.createAccounts(unpackRows('accounts', batch)),
  });
  const sent = sentRows();
  const comparing = follow({
    go: (to) => transfers.readTo(to, sent),
    prepare: transfers.ask,
    most: mostBehind,
  });
  try {
    await writeEvents(missing.transfers, {
      ...{ signal, kind: 'transfers' },
      create: (batch) => into.createTransfers(unpackRows('transfers', batch)),
      written: (batch) => {
        sent.add(batch);
        return comparing.to(lastOf('transfers', batch));
      },
    });
  } finally {
    staging.during(comparing.arrived());
  }
  await comparing.arrived();
  await proveLedger(into, history, { signal, transfers, sent });
}

/** Whatever came after what was read is read too; then all must be there, with the balances that follow from it. */
async function proveLedger(
  into: Ledger,
  history: History,
  {
    transfers,
    sent,
    signal,
  }: Pick<Work, 'signal'> & Pick<Begun, 'transfers'> & { readonly sent: RowsInOrder },
): Promise<void> {
  const newest = await newestOf(into);
  await transfers.readTo(newest.transfer?.timestamp ?? 0n, sent);
  const balances = await createRowTable(await history.database.connect(), 'restored', 'balances');
  const accounts = compareRows({
    ...{ signal, kind: 'accounts', query: accountQuery(into) },
    seen: (page) => {
      balances.add(page);
    },
  });
  await accounts.readTo(newest.account?.timestamp ?? 0n, history.inOrder('accounts'));
  balances.end();
  const held = { accounts: accounts.compared, transfers: transfers.compared };
  const { total } = history;
  if (held.accounts !== total.accounts || held.transfers !== total.transfers) {
    throw new CodedError(
      'restore-target-unusable',
      `The ledger holds ${held.accounts} accounts and ${held.transfers} transfers after the restore, not ${total.accounts} and ${total.transfers}.`,
    );
  }
  await proveBalances(history, balances.name);
}
