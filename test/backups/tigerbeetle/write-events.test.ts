import { expect, it } from '@jest/globals';
import { unpackRows } from '../../../backups/tigerbeetle/row-readers.ts';
import { rowWriters } from '../../../backups/tigerbeetle/row-writers.ts';
import { writeEvents } from '../../../backups/tigerbeetle/restore/write-events.ts';
import { CodedError } from '../../../errors/coded-error.ts';
import { type Transfer, transferFlags } from '../../../stores/ledger/port.ts';
import { createRedisLedger } from '../../../stores/ledger/redis.ts';
import { ledgerScope } from '../../support/ledger-events.ts';
import { testRedis } from '../../support/redis.ts';
import { SettableClock } from '../../support/settable-clock.ts';

const { redis, prefix } = testRedis();
let ledgers = 0;

/** Writes pages of transfers into a ledger that takes batches of up to 50. */
async function write(scope: ReturnType<typeof ledgerScope>, pages: readonly (readonly Transfer[])[]) {
  const ledger = createRedisLedger({ redis, prefix: `${prefix}-${++ledgers}`, clock: new SettableClock() });
  await ledger.createAccounts([1, 2].map((n) => scope.account(n)));
  const left = pages.map((page) => {
    const { columns, write: put } = rowWriters.transfers(page.length);
    page.forEach((row, at) => {
      put(at, row);
    });
    return { rows: page.length, columns };
  });
  return writeEvents(
    {
      next: () => Promise.resolve(left.shift()),
    },
    {
      kind: 'transfers',
      create: async (batch) => {
        if (batch.rows > 50) throw new CodedError('invalid-request', 'too many for this cluster');
        return ledger.createTransfers(unpackRows('transfers', batch));
      },
      signal: new AbortController().signal,
    },
  );
}

/** So many transfers, of which those from `from` to before `to` are one chain. */
function chained(
  scope: ReturnType<typeof ledgerScope>,
  count: number,
  [from, to]: readonly [number, number],
) {
  return Array.from({ length: count }, (_, n) =>
    scope.transfer(1000 + n, { flags: n >= from && n < to - 1 ? transferFlags.linked : 0 }),
  );
}

it('keeps a chain whole that is longer than the batches that a cluster is given, wherever a page ends in it', async () => {
  for (const end of [8200, 8220, 8235]) {
    const scope = ledgerScope();
    const all = chained(scope, 8300, [8200, 8240]);
    expect(await write(scope, [all.slice(0, end), all.slice(end)])).toBe(8300);
  }
});

it('names the event for which a chain is refused', async () => {
  const scope = ledgerScope();
  const all = chained(scope, 20, [5, 10]).map((one, n) =>
    n === 8 ? { ...one, debitAccountId: scope.id(9) } : one,
  );
  await expect(write(scope, [all])).rejects.toMatchObject({
    code: 'restore-target-unusable',
    facts: { id: String(scope.id(1008)), result: 'debit_account_not_found' },
  });
});
