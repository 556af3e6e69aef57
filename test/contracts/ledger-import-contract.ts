import { expect, it } from '@jest/globals';
import { accountFlags, transferFlags as flags } from '../../stores/ledger/flags.ts';
import type { Account, Ledger, Transfer } from '../../stores/ledger/port.ts';
import { type ledgerScope, results } from '../support/ledger-events.ts';

/** What is taken over with a timestamp that it had; part of the contract. */
export function describeLedgerImports(
  under: () => { readonly ledger: Ledger; readonly scope: ReturnType<typeof ledgerScope> },
): void {
  const imported = (timestamp: bigint, more = 0) => ({ flags: flags.imported | more, timestamp });

  it('gives no transfer the timestamp of an account', async () => {
    const { ledger, scope } = under();
    const create = async (...transfers: readonly Transfer[]) =>
      results(await ledger.createTransfers(transfers));
    expect(await create(scope.transfer(10, { flags: flags.pending }))).toEqual(['created']);
    const accounts = await ledger.createAccounts([scope.account(3), scope.account(4), scope.account(5)]);
    const [first = 0n, second = 0n, third = 0n] = accounts.map(({ timestamp }) => timestamp);
    expect(
      await create(
        scope.transfer(11, imported(first)),
        // Before it is compared with the accounts that it is between.
        scope.transfer(11, { ...imported(second), debitAccountId: scope.id(5) }),
        scope.end(12, 10, imported(third, flags.postPendingTransfer)),
        scope.end(12, 10, imported(third, flags.voidPendingTransfer)),
        scope.end(12, 10, imported(third + 1n, flags.voidPendingTransfer)),
      ),
    ).toEqual([
      'imported_event_timestamp_must_not_regress',
      'imported_event_timestamp_must_not_regress',
      'imported_event_timestamp_must_not_regress',
      'imported_event_timestamp_must_not_regress',
      'created',
    ]);
  });

  it('gives no account the timestamp of a transfer', async () => {
    const { ledger, scope } = under();
    const create = async (...accounts: readonly Account[]) => results(await ledger.createAccounts(accounts));
    const account = (n: number, timestamp: bigint): Account =>
      scope.account(n, { flags: accountFlags.imported, timestamp });
    const transfers = await ledger.createTransfers([scope.transfer(10), scope.transfer(11)]);
    const [first = 0n, second = 0n] = transfers.map(({ timestamp }) => timestamp);
    expect(
      await create(account(3, first), account(3, second), account(3, second + 1n), account(4, second)),
    ).toEqual([
      'imported_event_timestamp_must_not_regress',
      'imported_event_timestamp_must_not_regress',
      'created',
      'imported_event_timestamp_must_not_regress',
    ]);
  });

  it('takes what lies between rows of the other kind', async () => {
    const { ledger, scope } = under();
    await ledger.createTransfers([scope.transfer(10)]);
    const created: bigint[] = [];
    for (const n of [3, 4, 5]) {
      const [one] = await ledger.createAccounts([scope.account(n)]);
      created.push(one?.timestamp ?? 0n);
    }
    const times = created.flatMap((time) => [time - 1n, time, time + 1n]);
    // Ledgers may give out neighbours.
    const taken = new Set(created);
    const rows = [...new Set(times)].sort((one, other) => (one < other ? -1 : 1));
    expect(
      results(await ledger.createTransfers(rows.map((time, n) => scope.transfer(20 + n, imported(time))))),
    ).toEqual(
      rows.map((time) => (taken.has(time) ? 'imported_event_timestamp_must_not_regress' : 'created')),
    );
  });
}
