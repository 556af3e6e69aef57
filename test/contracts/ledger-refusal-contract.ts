import { expect, it } from '@jest/globals';
import { transferFlags as flags } from '../../stores/ledger/flags.ts';
import { type Ledger, amountMax } from '../../stores/ledger/port.ts';
import { type ledgerScope, results } from '../support/ledger-events.ts';

/** What is refused whatever the balances; part of the contract. */
export function describeLedgerRefusals(
  under: () => { readonly ledger: Ledger; readonly scope: ReturnType<typeof ledgerScope> },
): void {
  it('refuses what is malformed, and does not remember it', async () => {
    const { ledger, scope } = under();
    const create = async (...transfers: Parameters<Ledger['createTransfers']>[0]) =>
      results(await ledger.createTransfers(transfers));
    expect(
      await create(
        scope.transfer(0, { id: 0n }),
        scope.transfer(0, { id: amountMax }),
        scope.transfer(10, { debitAccountId: 0n }),
        scope.transfer(10, { creditAccountId: amountMax }),
        scope.transfer(10, { creditAccountId: scope.id(1) }),
        scope.transfer(10, { pendingId: scope.id(9) }),
        scope.transfer(10, { timeout: 1 }),
        scope.transfer(10, { flags: flags.closingDebit }),
        scope.transfer(10, { ledger: 0 }),
        scope.transfer(10, { code: 0 }),
        scope.transfer(10, { timestamp: 1n }),
        scope.transfer(10, { ledger: scope.ledger + 1 }),
        scope.transfer(10, { flags: 1 << 12 }),
        scope.transfer(10),
      ),
    ).toEqual([
      'id_must_not_be_zero',
      'id_must_not_be_int_max',
      'debit_account_id_must_not_be_zero',
      'credit_account_id_must_not_be_int_max',
      'accounts_must_be_different',
      'pending_id_must_be_zero',
      'timeout_reserved_for_pending_transfer',
      'closing_transfer_must_be_pending',
      'ledger_must_not_be_zero',
      'code_must_not_be_zero',
      'timestamp_must_be_zero',
      'transfer_must_have_the_same_ledger_as_accounts',
      'reserved_flag',
      'created',
    ]);
    expect(
      results(
        await ledger.createAccounts([
          scope.account(3, { id: 0n }),
          scope.account(3, { flags: 6 }),
          scope.account(3, { debitsPosted: 1n }),
          scope.account(3, { ledger: 0 }),
          scope.account(3, { code: 0 }),
        ]),
      ),
    ).toEqual([
      'id_must_not_be_zero',
      'flags_are_mutually_exclusive',
      'debits_posted_must_be_zero',
      'ledger_must_not_be_zero',
      'code_must_not_be_zero',
    ]);
  });

  it('refuses an amount that does not fit in 128 bits', async () => {
    const { ledger, scope } = under();
    const create = async (...transfers: Parameters<Ledger['createTransfers']>[0]) =>
      results(await ledger.createTransfers(transfers));
    expect(
      await create(scope.transfer(10, { amount: amountMax }), scope.transfer(11, { amount: 1n })),
    ).toEqual(['created', 'overflows_debits_posted']);
  });
}
