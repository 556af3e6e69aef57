import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { accountFlags, transferFlags as flags } from '../../stores/ledger/flags.ts';
import { type Ledger, amountMax } from '../../stores/ledger/port.ts';
import { ledgerScope, results } from '../support/ledger-events.ts';
import { describeLedgerImports } from './ledger-import-contract.ts';
import { describeLedgerQueries } from './ledger-query-contract.ts';
import { describeLedgerRefusals } from './ledger-refusal-contract.ts';

/** What every ledger must do, with TigerBeetle's refusals. One ledger serves all tests. */
export function describeLedgerContract(name: string, open: () => Promise<Ledger> | Ledger): void {
  describe(`the ledger ${name}`, () => {
    let ledger: Ledger;
    let scope: ReturnType<typeof ledgerScope>;
    beforeAll(async () => {
      ledger = await open();
    });
    afterAll(() => ledger.close());
    beforeEach(async () => {
      scope = ledgerScope();
      const created = await ledger.createAccounts([scope.account(1), scope.account(2)]);
      expect(results(created)).toEqual(['created', 'created']);
    });

    const create = async (...transfers: Parameters<Ledger['createTransfers']>[0]) =>
      results(await ledger.createTransfers(transfers));
    const account = async (n: number) => (await ledger.lookupAccounts([scope.id(n)]))[0];

    it('moves amounts, timestamps what it creates, and gives it back as it was', async () => {
      const asked = scope.transfer(10, {
        amount: 2n ** 100n,
        userData128: amountMax,
        userData64: 7n,
        userData32: 9,
      });
      const [created] = await ledger.createTransfers([asked]);
      expect(created).toMatchObject({ result: 'created' });
      expect(await ledger.lookupTransfers([scope.id(99), scope.id(10)])).toEqual([
        { ...asked, timestamp: created?.timestamp },
      ]);
      expect(await account(1)).toMatchObject({ debitsPosted: 2n ** 100n, creditsPosted: 0n });
      expect(await account(2)).toMatchObject({ creditsPosted: 2n ** 100n });
    });

    it('takes a repeat for what it is, and names what is different otherwise', async () => {
      const one = scope.transfer(10, { userData64: 1n });
      const [first] = await ledger.createTransfers([one]);
      expect(await ledger.createTransfers([one])).toEqual([
        { result: 'exists', timestamp: first?.timestamp },
      ]);
      expect(
        await create(
          { ...one, flags: flags.pending },
          { ...one, creditAccountId: scope.id(3) },
          { ...one, amount: 11n },
          { ...one, userData64: 2n },
          { ...one, code: 13 },
        ),
      ).toEqual([
        'exists_with_different_flags',
        'exists_with_different_credit_account_id',
        'exists_with_different_amount',
        'exists_with_different_user_data_64',
        'exists_with_different_code',
      ]);
      expect(results(await ledger.createAccounts([scope.account(1), scope.account(1, { code: 2 })]))).toEqual(
        ['exists', 'exists_with_different_code'],
      );
      expect(await account(1)).toMatchObject({ debitsPosted: 10n });
    });

    it('posts less than what was pending, and releases the rest', async () => {
      expect(
        await create(
          scope.transfer(10, { amount: 2n ** 63n, flags: flags.pending, userData128: 5n, userData32: 3 }),
          scope.end(11, 10, { amount: 42n, flags: flags.postPendingTransfer, userData128: 6n }),
        ),
      ).toEqual(['created', 'created']);
      expect(await account(1)).toMatchObject({ debitsPending: 0n, debitsPosted: 42n });
      expect(await ledger.lookupTransfers([scope.id(11)])).toMatchObject([
        { debitAccountId: scope.id(1), amount: 42n, userData128: 6n, userData32: 3, code: 12 },
      ]);
      expect(
        await create(scope.end(11, 10, { amount: 42n, flags: flags.postPendingTransfer, userData128: 6n })),
      ).toEqual(['exists']);
    });

    it('posts all of it for the largest amount, and voids all of it for none', async () => {
      await create(
        scope.transfer(10, { flags: flags.pending }),
        scope.transfer(11, { flags: flags.pending }),
      );
      expect(await account(2)).toMatchObject({ creditsPending: 20n });
      expect(
        await create(
          scope.end(12, 10, { amount: amountMax, flags: flags.postPendingTransfer }),
          scope.end(13, 11, { flags: flags.voidPendingTransfer }),
        ),
      ).toEqual(['created', 'created']);
      expect(await account(2)).toMatchObject({ creditsPending: 0n, creditsPosted: 10n });
    });

    it('ends a pending transfer once, and refuses more than it held', async () => {
      await create(
        scope.transfer(10, { flags: flags.pending }),
        scope.transfer(11, { flags: flags.pending }),
      );
      await create(scope.transfer(12));
      const post = flags.postPendingTransfer;
      const voids = flags.voidPendingTransfer;
      expect(
        await create(
          scope.end(20, 10, { amount: 11n, flags: post }),
          scope.end(21, 10, { amount: 9n, flags: voids }),
          scope.end(22, 12, { amount: 1n, flags: post }),
          scope.end(23, 10, { amount: 1n, flags: post, code: 7 }),
          scope.end(24, 10, { amount: 1n, flags: post, debitAccountId: scope.id(2) }),
          scope.end(25, 10, { amount: 1n, flags: post | voids }),
          scope.end(26, 26, { amount: 1n, flags: post }),
          scope.end(27, 10, { flags: post, pendingId: 0n }),
          scope.end(28, 10, { amount: 1n, flags: post }),
          scope.end(29, 10, { amount: 1n, flags: post }),
          scope.end(30, 11, { flags: voids }),
          scope.end(31, 11, { amount: 1n, flags: post }),
        ),
      ).toEqual([
        'exceeds_pending_transfer_amount',
        'pending_transfer_has_different_amount',
        'pending_transfer_not_pending',
        'pending_transfer_has_different_code',
        'pending_transfer_has_different_debit_account_id',
        'flags_are_mutually_exclusive',
        'pending_id_must_be_different',
        'pending_id_must_not_be_zero',
        'created',
        'pending_transfer_already_posted',
        'created',
        'pending_transfer_already_voided',
      ]);
    });

    it('burns the id of a post that came before its pending transfer', async () => {
      const post = scope.end(11, 10, { amount: 1n, flags: flags.postPendingTransfer });
      expect(await create(post)).toEqual(['pending_transfer_not_found']);
      expect(await create(scope.transfer(10, { flags: flags.pending }), post)).toEqual([
        'created',
        'id_already_failed',
      ]);
      expect(await create({ ...post, id: scope.id(12) })).toEqual(['created']);
    });

    it("keeps accounts' limits, and burns the id of what went over them", async () => {
      await ledger.createAccounts([scope.account(3, { flags: accountFlags.debitsMustNotExceedCredits })]);
      const spend = scope.transfer(10, { debitAccountId: scope.id(3) });
      expect(await create(spend)).toEqual(['exceeds_credits']);
      const earn = scope.transfer(11, { debitAccountId: scope.id(2), creditAccountId: scope.id(3) });
      expect(await create(earn, spend, { ...spend, id: scope.id(12) })).toEqual([
        'created',
        'id_already_failed',
        'created',
      ]);
      const all = { ...spend, id: scope.id(13), amount: amountMax, flags: flags.balancingDebit };
      expect(await create(all)).toEqual(['created']);
      expect(await ledger.lookupTransfers([scope.id(13)])).toMatchObject([{ amount: 0n }]);
    });

    it('creates a linked chain wholly or not at all', async () => {
      const linked = flags.linked;
      expect(
        await create(
          scope.transfer(10, { flags: linked }),
          scope.transfer(11, { flags: linked, code: 0 }),
          scope.transfer(12),
          scope.transfer(13, { flags: linked }),
          scope.transfer(14),
          scope.transfer(15, { flags: linked }),
        ),
      ).toEqual([
        'linked_event_failed',
        'code_must_not_be_zero',
        'linked_event_failed',
        'created',
        'created',
        'linked_event_chain_open',
      ]);
      expect(
        (await ledger.lookupTransfers([10, 11, 12, 13, 14, 15].map(scope.id))).map(({ id }) => id),
      ).toEqual([scope.id(13), scope.id(14)]);
      expect(await account(1)).toMatchObject({ debitsPosted: 20n });
    });

    it('closes an account with a pending transfer, and opens it again when that is voided', async () => {
      await create(scope.transfer(10, { flags: flags.pending | flags.closingDebit }));
      expect((await account(1))?.flags).toBe(accountFlags.closed);
      const again = [scope.account(1), scope.account(1, { flags: accountFlags.closed })];
      expect(results(await ledger.createAccounts(again))).toEqual(['exists_with_different_flags', 'exists']);
      expect(await create(scope.transfer(11))).toEqual(['debit_account_already_closed']);
      await create(scope.end(12, 10, { flags: flags.voidPendingTransfer }));
      expect((await account(1))?.flags).toBe(0);
      expect(await create(scope.transfer(13))).toEqual(['created']);
    });

    describeLedgerRefusals(() => ({ ledger, scope }));
    describeLedgerImports(() => ({ ledger, scope }));
    describeLedgerQueries(() => ({ ledger, scope }));
  });
}
