import { afterEach, expect, it } from '@jest/globals';
import { couldBeSeen } from '../../../backups/tigerbeetle/account-states.ts';
import {
  addTransfers,
  type Balances,
  computeBalances,
  createState,
} from '../../../backups/tigerbeetle/ledger-state.ts';
import { createRowTable } from '../../../backups/tigerbeetle/row-table.ts';
import { suspectsOf } from '../../../backups/tigerbeetle/suspects.ts';
import { type Database, openDatabase } from '../../../backups/duckdb/database.ts';
import { type Transfer, transferFlags as flags } from '../../../stores/ledger/port.ts';
import { ledgerScope } from '../../support/ledger-events.ts';

const scope = ledgerScope();
const second = 1_000_000_000n;
/** As many that each expire a second after the one before. */
const count = 20_000;
// Seven of them fit in a balance, all together do not.
const amount = (1n << 125n) + 1n;
const pending = (n: number): Transfer =>
  scope.transfer(100 + n, {
    ...{ flags: flags.pending, timeout: 10, amount, timestamp: BigInt(1 + n) * second },
  });
const expired = Array.from({ length: count }, (_, n) => pending(n));
const lastExpires = BigInt(count + 10) * second;

const open: Database[] = [];
afterEach(async () => {
  for (const database of open.splice(0)) await database.close();
});

/** The suspects of a ledger that shows these pending amounts, and whether each can have been seen so. */
async function suspects(
  shown: { readonly debits: bigint; readonly credits: bigint },
  later: Transfer[] = [],
) {
  const database = await openDatabase({ path: ':memory:', name: 'staging', memoryLimit: '64MB' });
  open.push(database);
  await createState(database);
  const stored = await createRowTable(await database.connect(), 'stored', 'transfers');
  stored.add(expired);
  stored.end();
  await addTransfers(database, 'stored');
  await computeBalances(database, 0n);
  const after = await createRowTable(await database.connect(), 'later', 'transfers');
  after.add(later);
  after.end();
  const seen = await createRowTable(await database.connect(), 'seen', 'balances');
  const { debits: debitsPending, credits: creditsPending } = shown;
  seen.add([scope.account(1, { debitsPending }), scope.account(2, { creditsPending })]);
  seen.end();
  const found: { readonly id: bigint; readonly seen: Balances; readonly possible: boolean }[] = [];
  for await (const one of suspectsOf(database, { observed: 'seen', released: lastExpires }))
    found.push({ id: one.id, seen: one.seen, possible: await couldBeSeen(one.seen, one) });
  return found.map(({ id, possible }) => [id, possible]);
}

it('an account whose pending amounts have all expired and been released is no suspect', async () => {
  expect(await suspects({ debits: 0n, credits: 0n })).toEqual([]);
});

it('an account is a suspect where some are left, and cleared where those are the last to expire', async () => {
  const left = 7n * amount;
  expect(await suspects({ debits: left, credits: left })).toEqual([
    [scope.id(1), true],
    [scope.id(2), true],
  ]);
  expect(await suspects({ debits: left + 1n, credits: 0n })).toEqual([[scope.id(1), false]]);
});

it('an account may have been seen before or after any of the transfers that came since', async () => {
  const later = [
    pending(count),
    {
      ...pending(count),
      ...{ id: scope.id(9), pendingId: scope.id(100 + count), timeout: 0 },
      ...{ flags: flags.voidPendingTransfer, timestamp: lastExpires },
    },
    scope.transfer(10, { flags: flags.pending, amount: 5n, timestamp: lastExpires + 1n }),
  ];
  expect(await suspects({ debits: amount, credits: 0n }, later)).toEqual([[scope.id(1), true]]);
  expect(await suspects({ debits: 5n, credits: 5n }, later)).toEqual([
    [scope.id(1), true],
    [scope.id(2), true],
  ]);
  expect(await suspects({ debits: amount + 5n, credits: 4n }, later)).toEqual([
    [scope.id(1), true],
    [scope.id(2), false],
  ]);
});
