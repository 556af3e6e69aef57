import { CodedError } from '../../../errors/coded-error.ts';
import type { Ledger } from '../../../stores/ledger/port.ts';
import type { Kind } from '../columns.ts';
import { newestOf } from '../read-pages.ts';
import { createRowTable } from '../row-table.ts';
import type { Staging } from '../staging.ts';
import { accountQuery, transferQuery } from '../take-rows.ts';
import { type Comparison, compareRows } from './compare-rows.ts';
import { follow } from './follow.ts';
import type { History } from './load-history.ts';
import { proveBalances } from './prove-balances.ts';
import { writeEvents } from './write-events.ts';

/** How much of a history a ledger holds. */
export type Held = Readonly<Record<Kind, number>>;

interface Work {
  readonly staging: Staging;
  readonly signal: AbortSignal;
}

/**
 * What a ledger holds of a history before a restore. Throws `restore-target-exists` with the first account or transfer
 * that is not the history's. The comparison of transfers goes on from there.
 */
export async function heldOf(
  into: Ledger,
  history: History,
  work: Work,
): Promise<{ readonly held: Held; readonly transfers: Comparison }> {
  const newest = await newestOf(into);
  const accounts = await compareRows(history, { ...work, kind: 'accounts', query: accountQuery(into) });
  const transfers = await compareRows(history, { ...work, kind: 'transfers', query: transferQuery(into) });
  await accounts.readTo(newest.account?.timestamp ?? 0n);
  await transfers.readTo(newest.transfer?.timestamp ?? 0n);
  const held = { accounts: await accounts.compared(), transfers: await transfers.compared() };
  return { held, transfers };
}

/**
 * Writes what a ledger lacks of a history. Transfers are read back and compared beside: none can come to lie before one
 * that was read, since each must be newer than all before it. Accounts, and with them balances, are read at the end.
 */
export async function writeHistory(
  into: Ledger,
  history: History,
  { staging, signal, held, transfers }: Work & Awaited<ReturnType<typeof heldOf>>,
): Promise<void> {
  await writeEvents(
    history.accounts(),
    { skip: held.accounts, what: 'account' },
    { signal, create: (batch) => into.createAccounts(batch) },
  );
  const reading = follow((to) => transfers.readTo(to));
  try {
    await writeEvents(
      history.transfers(),
      { skip: held.transfers, what: 'transfer' },
      {
        signal,
        create: (batch) => into.createTransfers(batch),
        written: (batch) => {
          reading.to(batch.at(-1)?.timestamp ?? 0n);
        },
      },
    );
  } finally {
    staging.during(reading.arrived());
  }
  await reading.arrived();
  await proveLedger(into, history, { staging, signal, transfers });
}

/** Whatever came after what was read is read too; then all must be there, with the balances that follow from it. */
async function proveLedger(
  into: Ledger,
  history: History,
  { transfers, ...work }: Work & { readonly transfers: Comparison },
): Promise<void> {
  const newest = await newestOf(into);
  await transfers.readTo(newest.transfer?.timestamp ?? 0n);
  const balances = await createRowTable(await history.database.connect(), 'restored', 'balances');
  const accounts = await compareRows(history, {
    ...{ ...work, kind: 'accounts', query: accountQuery(into) },
    seen: (page) => {
      balances.add(page);
    },
  });
  await accounts.readTo(newest.account?.timestamp ?? 0n);
  balances.end();
  const held = { accounts: await accounts.compared(), transfers: await transfers.compared() };
  const { total } = history;
  if (held.accounts !== total.accounts || held.transfers !== total.transfers) {
    throw new CodedError(
      'restore-target-unusable',
      `The ledger holds ${held.accounts} accounts and ${held.transfers} transfers after the restore, not ${total.accounts} and ${total.transfers}.`,
    );
  }
  await proveBalances(history, balances.name);
}
