import { expect, it } from '@jest/globals';
import {
  type Ledger,
  type Transfer,
  batchLimit,
  timestampMax as largestTimestamp,
} from '../../stores/ledger/port.ts';
import type { ledgerScope } from '../support/ledger-events.ts';

/** Queries, pages and limits; part of the contract. */
export function describeLedgerQueries(
  under: () => { readonly ledger: Ledger; readonly scope: ReturnType<typeof ledgerScope> },
): void {
  it('gives strictly rising timestamps, in the order of the batch', async () => {
    const { ledger, scope } = under();
    const created = [
      ...(await ledger.createTransfers(Array.from({ length: 50 }, (_, n) => scope.transfer(100 + n)))),
      ...(await ledger.createTransfers([scope.transfer(150)])),
    ];
    const stamps = created.map(({ timestamp }) => timestamp);
    expect(stamps.every((stamp, n) => n === 0 || stamp > (stamps[n - 1] ?? stamp))).toBe(true);
  });

  it('pages through transfers by timestamp, either way', async () => {
    const { ledger, scope } = under();
    await ledger.createTransfers(Array.from({ length: 100 }, (_, n) => scope.transfer(100 + n)));
    const seen: Transfer[] = [];
    for (let timestampMin = 0n; ; timestampMin = (seen.at(-1)?.timestamp ?? 0n) + 1n) {
      const page = await ledger.queryTransfers({ ledger: scope.ledger, timestampMin, limit: 33 });
      seen.push(...page);
      if (page.length < 33) break;
    }
    expect(seen.map(({ id }) => id)).toEqual(Array.from({ length: 100 }, (_, n) => scope.id(100 + n)));
    const newest = await ledger.queryTransfers({ ledger: scope.ledger, limit: 3, reversed: true });
    expect(newest.map(({ id }) => id)).toEqual([199, 198, 197].map(scope.id));
    const timestampMax = seen[9]?.timestamp ?? 0n;
    expect(await ledger.queryTransfers({ ledger: scope.ledger, timestampMax, limit: 50 })).toHaveLength(10);
    const upTo = async (last: bigint) => {
      const query = { ledger: scope.ledger, timestampMax: last, limit: 50 };
      return [await ledger.queryAccounts(query), await ledger.queryTransfers(query)].map(
        ({ length }) => length,
      );
    };
    expect(await upTo(largestTimestamp)).toEqual([2, 50]);
    expect(await upTo(largestTimestamp + 1n)).toEqual([0, 0]);
    expect(await upTo(2n ** 64n - 1n)).toEqual([0, 0]);
  });

  it('filters by user data and code, for accounts too', async () => {
    const { ledger, scope } = under();
    const mark = scope.id(7);
    await ledger.createTransfers([
      scope.transfer(10, { userData128: mark, userData32: 1 }),
      scope.transfer(11, { userData128: mark, userData32: 2 }),
      scope.transfer(12, { userData64: mark & (2n ** 64n - 1n), code: 13 }),
    ]);
    const ids = async (query: Omit<Parameters<Ledger['queryTransfers']>[0], 'limit' | 'ledger'>) =>
      (await ledger.queryTransfers({ ledger: scope.ledger, limit: 10, ...query })).map(({ id }) => id);
    expect(await ids({ userData128: mark })).toEqual([scope.id(10), scope.id(11)]);
    expect(await ids({ userData128: mark, userData32: 2 })).toEqual([scope.id(11)]);
    expect(await ids({ code: 13 })).toEqual([scope.id(12)]);
    expect(await ids({ userData64: mark & (2n ** 64n - 1n) })).toEqual([scope.id(12)]);
    const accounts = await ledger.queryAccounts({ ledger: scope.ledger, limit: 10 });
    expect(accounts.map(({ id }) => id)).toEqual([scope.id(1), scope.id(2)]);
  });

  it('takes a full batch, gives a full page, and refuses more than that', async () => {
    const { ledger, scope } = under();
    const full = Array.from({ length: batchLimit }, (_, n) => scope.transfer(100 + n));
    const created = await ledger.createTransfers(full);
    expect(created.filter(({ result }) => result === 'created')).toHaveLength(batchLimit);
    expect(await ledger.queryTransfers({ ledger: scope.ledger, limit: batchLimit })).toHaveLength(batchLimit);
    expect(await ledger.lookupTransfers(full.map(({ id }) => id))).toHaveLength(batchLimit);
    const refused = { code: 'invalid-request' };
    await expect(ledger.createTransfers([...full, scope.transfer(1)])).rejects.toMatchObject(refused);
    await expect(ledger.queryTransfers({ limit: batchLimit + 1 })).rejects.toMatchObject(refused);
    await expect(ledger.queryAccounts({ limit: 0 })).rejects.toMatchObject(refused);
  });

  it('does nothing for nothing', async () => {
    const { ledger } = under();
    expect(await ledger.createAccounts([])).toEqual([]);
    expect(await ledger.createTransfers([])).toEqual([]);
    expect(await ledger.lookupAccounts([])).toEqual([]);
    expect(await ledger.lookupTransfers([])).toEqual([]);
  });
}
