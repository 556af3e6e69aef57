import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { Kind, RowOf } from '../../../backups/tigerbeetle/columns.ts';
import type { PageQuery } from '../../../backups/tigerbeetle/read-pages.ts';
import { compareRows } from '../../../backups/tigerbeetle/restore/compare-rows.ts';
import { sentRows } from '../../../backups/tigerbeetle/restore/sent-rows.ts';
import { accountFlags, transferFlags } from '../../../stores/ledger/port.ts';
import { ledgerScope } from '../../support/ledger-events.ts';
import { packed } from '../../support/packed-rows.ts';

const scope = ledgerScope();
const { signal } = new AbortController();
const transfers = (count: number) =>
  Array.from({ length: count }, (_, n) => scope.transfer(n + 1, { timestamp: BigInt(n + 1) }));

/** A ledger that gives pages of up to three rows. */
function holding<Of extends Kind>(kind: Of, rows: readonly RowOf[Of][]) {
  const asked: string[] = [];
  const query = ({ timestampMin, timestampMax }: PageQuery) => {
    asked.push(`${timestampMin} to ${timestampMax}`);
    const found = rows.filter(({ timestamp }) => timestamp >= timestampMin && timestamp <= timestampMax);
    return Promise.resolve(found.slice(0, 3));
  };
  return { asked, comparison: compareRows({ kind, query, signal }) };
}

function wantedRows<Of extends Kind>(kind: Of, ...parts: readonly (readonly RowOf[Of][])[]) {
  const rows = sentRows();
  for (const part of parts) rows.add(packed(kind, part));
  return rows;
}

describe('the rows of a ledger', () => {
  it('are compared in whatever pieces both come, and go on where they were', async () => {
    const all = transfers(10);
    const { comparison } = holding('transfers', all);
    const wanted = wantedRows(
      'transfers',
      ...all.slice(0, 4).map((one) => [one]),
      all.slice(4, 9),
      all.slice(9),
    );
    await comparison.readTo(5n, wanted);
    expect(comparison.compared).toBe(5);
    await comparison.readTo(10n, wanted);
    expect(comparison.compared).toBe(10);
    expect(await wanted.next(1)).toBeUndefined();
  });

  it('are asked for once where they are asked for ahead', async () => {
    const all = transfers(4);
    const { comparison, asked } = holding('transfers', all);
    const wanted = wantedRows('transfers', all);
    comparison.ask(2n, 4n);
    await comparison.readTo(2n, wanted);
    await comparison.readTo(4n, wanted);
    expect(asked).toEqual(['3 to 4', '1 to 2']);
  });

  it('may have been asked for in vain, whatever the answer', async () => {
    const unhandled: unknown[] = [];
    const hear = (error: unknown): void => {
      unhandled.push(error);
    };
    process.on('unhandledRejection', hear);
    const query = () => Promise.reject(new Error('the ledger is away'));
    compareRows({ kind: 'transfers', query, signal }).ask(2n, 4n);
    await turn();
    process.off('unhandledRejection', hear);
    expect(unhandled).toEqual([]);
  });

  it('differ at the first that is another one in any field, is not wanted, or has one missing before it', async () => {
    const all = transfers(6);
    const change = (value: bigint | number) => (typeof value === 'bigint' ? value ^ (1n << 40n) : value ^ 8);
    const fields = Object.entries<bigint | number>({ ...scope.transfer(5, { timestamp: 5n }) });
    const altered = fields.map(([name, value]) =>
      // The one after it is another one, too.
      [...all.slice(0, 4), { ...all[4], [name]: change(value) }, { ...all[5], flags: 8 }].map((one) => ({
        ...scope.transfer(0),
        ...one,
      })),
    );
    const refused = async (found: readonly RowOf['transfers'][], wanted = all) => {
      const { comparison } = holding('transfers', found);
      await expect(comparison.readTo(2n ** 62n, wantedRows('transfers', wanted))).rejects.toMatchObject({
        code: 'restore-target-exists',
        message: expect.stringContaining('after 4 that are') as unknown,
      });
    };
    // The timestamp besides: it is where the row stands, too.
    expect(altered).toHaveLength(13);
    for (const found of altered.slice(0, -1)) await refused(found);
    await refused(all, all.slice(0, 4));
    await refused(all.filter(({ id }) => id !== scope.id(5)));
  });

  it('may be closed accounts without having been made so, and nothing else', async () => {
    const account = scope.account(1, { timestamp: 1n, flags: accountFlags.history });
    const compare = (flags: number, other: typeof account = account) =>
      holding('accounts', [{ ...other, flags }]).comparison.readTo(1n, wantedRows('accounts', [account]));
    await compare(accountFlags.history | accountFlags.closed);
    const different = [
      compare(accountFlags.closed),
      compare(accountFlags.history | accountFlags.closed, {
        ...account,
        code: account.code ^ accountFlags.closed,
      }),
    ];
    for (const one of different)
      await expect(one).rejects.toMatchObject({ facts: { account: String(account.id) } });

    // The same bit of a transfer.
    const [transfer] = transfers(1);
    const { comparison } = holding('transfers', [
      { ...scope.transfer(1, { timestamp: 1n }), flags: transferFlags.balancingCredit },
    ]);
    await expect(
      comparison.readTo(1n, wantedRows('transfers', transfer === undefined ? [] : [transfer])),
    ).rejects.toThrow('restore');
  });
});
