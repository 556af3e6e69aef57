import { describe, expect, it } from '@jest/globals';
import { CodedError } from '../../../errors/coded-error.ts';
import type { Account, Ledger, Transfer } from '../../../stores/ledger/port.ts';
import { contentOf } from '../../support/ledger-backups.ts';
import { ledgerSites } from './ledger-sites.ts';

const site = ledgerSites();

/** A ledger that gives out other rows than it was given. */
function altering(
  ledger: Ledger,
  {
    transfers = (rows) => rows,
    accounts = (rows) => rows,
  }: {
    readonly transfers?: (rows: readonly Transfer[]) => readonly Transfer[];
    readonly accounts?: (rows: readonly Account[]) => readonly Account[];
  },
): Ledger {
  return {
    ...ledger,
    queryAccounts: async (query) => accounts(await ledger.queryAccounts(query)),
    queryTransfers: async (query) => transfers(await ledger.queryTransfers(query)),
  };
}

describe('a restored ledger is read back', () => {
  it('and a transfer that is another one, or missing, is named', async () => {
    const { scope, take, restore, emptyLedger } = await site({ accounts: 410, transfers: 1500 });
    const { header } = await take('tigerbeetle-snapshot');
    const id = scope.id(1701);
    for (const transfers of [
      (rows: readonly Transfer[]) =>
        rows.map((one) => (one.id === id ? { ...one, code: one.code + 1 } : one)),
      (rows: readonly Transfer[]) => rows.filter((one) => one.id !== scope.id(1700)),
    ]) {
      const into = altering(emptyLedger(), { transfers });
      await expect(restore(header.backupId, into)).rejects.toMatchObject({
        code: 'restore-target-exists',
        message: expect.stringContaining(`transfer ${id}`) as unknown,
        facts: { transfer: String(id) },
      });
    }
  });

  it('and an account that is another one, or shows another balance, is named', async () => {
    const { scope, take, restore, emptyLedger } = await site({ accounts: 410, transfers: 20 });
    const { header } = await take('tigerbeetle-snapshot');
    const altered = (change: (account: Account) => Partial<Account>) =>
      altering(emptyLedger(), {
        accounts: (rows) => rows.map((one) => (one.id === scope.id(7) ? { ...one, ...change(one) } : one)),
      });
    const account = String(scope.id(7));
    const other = altered(({ userData32 }) => ({ userData32: userData32 + 1 }));
    await expect(restore(header.backupId, other)).rejects.toMatchObject({
      code: 'restore-target-exists',
      facts: { account },
    });
    const richer = altered(({ creditsPosted }) => ({ creditsPosted: creditsPosted + (1n << 100n) }));
    await expect(restore(header.backupId, richer)).rejects.toMatchObject({
      code: 'balances-differ',
      facts: { account },
    });
  });

  it('to its end: nothing may lack there, and nothing that others wrote meanwhile comes after it', async () => {
    const { scope, take, restore, emptyLedger } = await site({ accounts: 410, transfers: 20 });
    const { header } = await take('tigerbeetle-snapshot');
    const transfers = (rows: readonly Transfer[]) => rows.filter(({ id }) => id !== scope.id(1019));
    await expect(restore(header.backupId, altering(emptyLedger(), { transfers }))).rejects.toMatchObject({
      code: 'restore-target-unusable',
      message: expect.stringContaining('410 accounts and 19 transfers') as unknown,
    });

    const into = emptyLedger();
    const shared: Ledger = {
      ...into,
      async createTransfers(batch) {
        const created = await into.createTransfers(batch);
        await into.createTransfers([scope.transfer(9, { amount: 0n })]);
        return created;
      },
    };
    await expect(restore(header.backupId, shared)).rejects.toMatchObject({
      code: 'restore-target-exists',
      facts: { transfer: String(scope.id(9)) },
    });
  });

  it('and a ledger that holds more than the backup is refused before anything is written', async () => {
    const { ledger, take, write, restore, target } = await site({ accounts: 410, transfers: 20 });
    const first = await take('tigerbeetle-snapshot');
    await write(3000, 10);
    await restore((await take('tigerbeetle-logs')).header.backupId);
    const before = await contentOf(target);
    await expect(restore(first.header.backupId)).rejects.toMatchObject({
      code: 'restore-target-exists',
      message: expect.stringContaining('after 20 that are') as unknown,
    });
    expect(await contentOf(target)).toEqual(before);
    expect((await contentOf(ledger)).transfers).toHaveLength(30);
  });

  it('and so is one that others begin to use while the backup is opened', async () => {
    const { scope, take, write, restore, target } = await site({ accounts: 410, transfers: 20 });
    await restore((await take('tigerbeetle-snapshot')).header.backupId);
    await write(3000, 10);
    const { header } = await take('tigerbeetle-logs');
    // After the first answer, and once.
    const others: Ledger = {
      ...target,
      async queryAccounts(query) {
        const found = await target.queryAccounts(query);
        await target.createAccounts([scope.account(411)]);
        return found;
      },
    };
    await expect(restore(header.backupId, others)).rejects.toMatchObject({
      code: 'restore-target-exists',
      facts: { account: String(scope.id(411)) },
    });
    expect((await contentOf(target)).transfers.length).toBe(20);
  });

  it('when the backup is open: whether it answered before does not matter', async () => {
    const { take, restore, target } = await site({ accounts: 410, transfers: 20 });
    const { header } = await take('tigerbeetle-snapshot');
    let asked = 0;
    const waking: Ledger = {
      ...target,
      queryAccounts(query) {
        asked += 1;
        return asked === 1
          ? Promise.reject(new CodedError('ledger-unavailable', 'it starts'))
          : target.queryAccounts(query);
      },
    };
    expect(await restore(header.backupId, waking)).toMatchObject({ total: { transfers: 20 } });
  });
});
