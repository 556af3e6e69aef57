import { describe, expect, it } from '@jest/globals';
import { detailsOf } from '../../../backups/tigerbeetle/manifest.ts';
import {
  accountFlags,
  type Account,
  type Ledger,
  transferFlags as flags,
} from '../../../stores/ledger/port.ts';
import { damage } from '../../support/damage.ts';
import { asImported, contentOf } from '../../support/ledger-backups.ts';
import { ledgerSites } from './ledger-sites.ts';

const site = ledgerSites();

/** Counts the rows that a ledger gives out. */
function counted(ledger: Ledger) {
  const rows = { accounts: 0, transfers: 0 };
  const count = async <Row>(kind: keyof typeof rows, answer: Promise<readonly Row[]>) => {
    const found = await answer;
    rows[kind] += found.length;
    return found;
  };
  const from: Ledger = {
    ...ledger,
    queryAccounts: (query) => count('accounts', ledger.queryAccounts(query)),
    queryTransfers: (query) => count('transfers', ledger.queryTransfers(query)),
    lookupAccounts: (ids) => count('accounts', ledger.lookupAccounts(ids)),
  };
  return { rows, from };
}

/** A ledger that shows one unit too many on an account. */
function misled(ledger: Ledger, id: bigint): Ledger {
  const altered = (accounts: readonly Account[]): readonly Account[] =>
    accounts.map((one) => (one.id === id ? { ...one, debitsPosted: one.debitsPosted + 1n } : one));
  return {
    ...ledger,
    queryAccounts: async (query) => altered(await ledger.queryAccounts(query)),
    lookupAccounts: async (ids) => altered(await ledger.lookupAccounts(ids)),
  };
}

describe('a full backup after another', () => {
  it('reads from the ledger what is new, and compares the balances that it changed', async () => {
    const { ledger, target, write, take, restore } = await site({ accounts: 500, transfers: 1450 });
    const first = await take('tigerbeetle-snapshot');
    await write(3000, 10);
    await take('tigerbeetle-logs');
    await write(3010, 10);
    const { rows, from } = counted(ledger);
    const second = await take('tigerbeetle-snapshot', { from });
    // Two segments of 700 are referred to; the 50 after them and the 20 new ones are read, and the newest to find T.
    expect(rows.transfers).toBeLessThan(75);
    expect(rows.accounts).toBeLessThan(45);
    const { balanced, transfers } = detailsOf(second);
    expect(balanced).toBeGreaterThan(20);
    expect(balanced).toBeLessThan(45);
    expect(transfers.rows).toBe(1470);
    const paths = new Set(first.body.objects.map(({ path }) => path));
    expect(second.body.objects.filter(({ path }) => paths.has(path))).toHaveLength(3);
    await restore(second.header.backupId);
    expect(await contentOf(target)).toEqual(asImported(await contentOf(ledger)));
  });

  it('fails where a balance is not what transfers add up to', async () => {
    const { ledger, scope, write, take } = await site({ accounts: 410, transfers: 800 });
    const from = misled(ledger, scope.id(7));
    const refused = { code: 'balances-differ', facts: { account: String(scope.id(7)) } };
    await expect(take('tigerbeetle-snapshot', { from })).rejects.toMatchObject(refused);
    await take('tigerbeetle-snapshot');
    await write(3000, 410);
    await expect(take('tigerbeetle-snapshot', { from })).rejects.toMatchObject(refused);
  });

  it('compares accounts whose pending amounts have expired, released or not yet', async () => {
    const { clock, ledger, scope, write, take } = await site({ accounts: 410, transfers: 800 });
    const short = (first: number) =>
      Array.from({ length: 1000 }, (_, n) =>
        scope.transfer(first + n, { flags: flags.pending, timeout: 1 + (n % 200) }),
      );
    await ledger.createTransfers(short(10_000));
    await take('tigerbeetle-snapshot');
    // The half of them, and what expired in the last minute before T.
    clock.tick(100_000);
    await write(3000, 410);
    await take('tigerbeetle-snapshot');
    await ledger.createTransfers(short(20_000));
    clock.tick(3_600_000);
    // No write has released them yet.
    await take('tigerbeetle-snapshot');
    await write(4000, 410);
    const from = misled(ledger, scope.id(1));
    const refused = { code: 'balances-differ', facts: { account: String(scope.id(1)) } };
    await expect(take('tigerbeetle-snapshot', { from })).rejects.toMatchObject(refused);
    await take('tigerbeetle-snapshot');
  });

  it('reads anew what is no longer stored, and everything where the sums are damaged', async () => {
    const { vault, write, take } = await site({ accounts: 410, transfers: 1500 });
    const first = await take('tigerbeetle-snapshot');
    const lost = detailsOf(first).segments.find(({ kind }) => kind === 'transfers');
    await damage.delete(vault.root, lost?.path ?? '');
    await write(3000, 10);
    const second = await take('tigerbeetle-snapshot');
    expect(second.header.note).toBe('1 damaged objects were read anew from the ledger');
    expect(detailsOf(second)).toMatchObject({ since: 1, transfers: { rows: 1510 } });
    await damage.flip(vault.root, detailsOf(second).sums?.pendings ?? '');
    const third = await take('tigerbeetle-snapshot');
    expect(third.header.note).toMatch(/^all of the ledger was read anew: /);
    expect(detailsOf(third)).toMatchObject({ since: 0, balanced: 410, transfers: { rows: 1510 } });
  });

  it('stores accounts as they were created, whenever a transfer closed them', async () => {
    const { ledger, target, scope, take, restore } = await site({ accounts: 500, transfers: 1400 });
    const { account, transfer, id } = scope;
    await ledger.createAccounts([account(501), account(502, { flags: accountFlags.closed })]);
    const close = (n: number, of: number) =>
      transfer(n, { debitAccountId: id(of), flags: flags.pending | flags.closingDebit, amount: 0n });
    await ledger.createTransfers([close(5000, 1)]);
    await take('tigerbeetle-snapshot');
    await ledger.createTransfers([close(5001, 501)]);
    await take('tigerbeetle-snapshot');
    const { header } = await take('tigerbeetle-snapshot');
    await restore(header.backupId);
    expect(await contentOf(target)).toEqual(asImported(await contentOf(ledger)));
  });
});
