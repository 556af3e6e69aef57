import { afterEach, describe, expect, it } from '@jest/globals';
import { type Database, openDatabase } from '../../../backups/duckdb/database.ts';
import { columnsOf } from '../../../backups/tigerbeetle/columns.ts';
import { lastOf, unpackRows } from '../../../backups/tigerbeetle/row-readers.ts';
import type { RowColumns } from '../../../backups/tigerbeetle/row-columns.ts';
import { createRowTable } from '../../../backups/tigerbeetle/row-table.ts';
import { type RowsInOrder, rowsInOrder } from '../../../backups/tigerbeetle/restore/rows-in-order.ts';
import { sentRows } from '../../../backups/tigerbeetle/restore/sent-rows.ts';
import { waitingRows } from '../../../backups/tigerbeetle/restore/waiting-rows.ts';
import type { Transfer } from '../../../stores/ledger/port.ts';
import { ledgerScope } from '../../support/ledger-events.ts';
import { packed } from '../../support/packed-rows.ts';

const scope = ledgerScope();
const open: Database[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((database) => database.close()));
});

/** Transfers of those timestamps. */
function at(...timestamps: readonly number[]): Transfer[] {
  return timestamps.map((timestamp) =>
    scope.transfer(timestamp, { timestamp: BigInt(timestamp), amount: (1n << 100n) + BigInt(timestamp) }),
  );
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, n) => from + n);
const unpacked = (rows: RowColumns | undefined): Transfer[] =>
  rows === undefined ? [] : unpackRows('transfers', rows);

async function all(rows: RowsInOrder, most: number) {
  const parts: Transfer[][] = [];
  for (let some = await rows.next(most); some !== undefined; some = await rows.next(most))
    parts.push(unpacked(some));
  return parts;
}

describe('rows in order', () => {
  async function staging(): Promise<Database> {
    const database = await openDatabase({
      ...{ path: ':memory:', name: 'staging', memoryLimit: '64MB', threads: 1 },
    });
    open.push(database);
    return database;
  }

  async function views(...each: readonly (readonly Transfer[])[]): Promise<RowsInOrder> {
    const database = await staging();
    const names = await Promise.all(
      each.map(async (rows, index) => {
        const table = await createRowTable(await database.connect(), `rows_${index}`, 'transfers');
        table.add(rows);
        table.end();
        return table.name;
      }),
    );
    return rowsInOrder(database, 'transfers', names);
  }

  it('are those of all views, each in its place by time, over many chunks of DuckDB', async () => {
    const few = [0, 1, 2047, 2048, 2049, 4199, 4200, 4201];
    const many = range(0, 4200).filter((one) => !few.includes(one));
    const parts = await all(await views(at(...many), at(...few)), 1500);
    expect(parts.flat()).toEqual(at(...range(0, 4202)));
    expect(parts.every((part) => part.length > 0)).toBe(true);
  });

  it('are no more than were asked for, and go on from there', async () => {
    const rows = await views(at(1, 2, 3, 4, 5, 8), at(6, 7));
    expect(unpacked(await rows.next(2))).toEqual(at(1, 2));
    expect((await all(rows, 2)).map((part) => part.length)).toEqual([2, 1, 2, 1]);
    expect(await rows.next(2)).toBeUndefined();
  });

  it('are none where no view has any, and those of one where the other has none', async () => {
    expect(await all(await views([], []), 10)).toEqual([]);
    expect(await all(await views([], at(1, 2)), 10)).toEqual([at(1, 2)]);
  });

  it('last while hundreds of chunks of another view go by, whose memory is collected', async () => {
    const database = await staging();
    for (const [name, rows] of [
      ['evens', 'range(0, 400000, 2)'],
      // The chunk of its second row waits while all but the last of the others go by.
      ['few', '(FROM range(1, 3, 2) UNION ALL FROM range(399001, 409001, 2))'],
    ]) {
      const values = columnsOf.accounts.map(
        (column) =>
          `${column.type === 'USMALLINT' ? 'range % 1000' : 'range'}::${column.type} AS ${column.name}`,
      );
      await database.run(`CREATE TABLE ${name} AS SELECT ${values.join(', ')} FROM ${rows}`);
    }
    const rows = rowsInOrder(database, 'accounts', ['evens', 'few']);
    let [count, wrong, last] = [0, 0, -1n];
    for (let some = await rows.next(8189); some !== undefined; some = await rows.next(8189)) {
      const wide = some.columns.filter((values) => values instanceof BigUint64Array);
      for (let at = 0; at < some.rows; at += 1) {
        const [time = 0n, ...others] = wide.map((values) => values[at]);
        if (time <= last || others.some((value) => value !== time)) wrong += 1;
        last = time;
      }
      count += some.rows;
    }
    expect([count, wrong, last]).toEqual([205_001, 0, 408_999n]);
  });
});

it('rows that were sent are found again in their order, also when more are sent meanwhile', async () => {
  const sent = sentRows();
  expect(await sent.next(5)).toBeUndefined();
  sent.add(packed('transfers', at(1, 2, 3, 4, 5)));
  expect(unpacked(await sent.next(2))).toEqual(at(1, 2));
  sent.add(packed('transfers', at(6, 7)));
  expect(await all(sent, 2)).toEqual([at(3, 4), at(5), at(6, 7)]);
  expect(await sent.next(2)).toBeUndefined();
});

describe('rows that wait', () => {
  it('are taken in the order in which they came, however many there are', () => {
    const waiting = waitingRows('transfers', 4);
    waiting.add(packed('transfers', at(1, 2, 3)));
    waiting.add(packed('transfers', at(...range(4, 20))));
    expect(unpacked(waiting)).toEqual(at(...range(1, 20)));
    // More are left than there was room for at first.
    expect(unpacked(waiting.take(3))).toEqual(at(1, 2, 3));
    expect(unpacked(waiting.take(12))).toEqual(at(...range(4, 16)));
    expect(unpacked(waiting)).toEqual(at(16, 17, 18, 19));
    waiting.add(packed('transfers', at(20)));
    expect(unpacked(waiting.take(5))).toEqual(at(...range(16, 21)));
    expect(waiting.rows).toBe(0);
    waiting.add(packed('transfers', at(21)));
    expect(unpacked(waiting)).toEqual(at(21));
  });

  it('are in memory of their own, before they are taken and afterwards', () => {
    const waiting = waitingRows('transfers', 4);
    const lent = packed('transfers', at(1, 2));
    waiting.add(lent);
    for (const { buffer } of lent.columns) new Uint8Array(buffer).fill(0);
    const taken = waiting.take(1);
    waiting.add(packed('transfers', at(3, 4, 5)));
    expect(unpacked(taken)).toEqual(at(1));
    expect(unpacked(waiting.take(4))).toEqual(at(2, 3, 4, 5));
    expect(unpacked(taken)).toEqual(at(1));
  });
});

it('the last of some rows is the last of those alone', () => {
  const waiting = waitingRows('transfers', 100);
  waiting.add(packed('transfers', at(1, 2, 3)));
  expect(lastOf('transfers', waiting.take(2))).toBe(2n);
  expect(waiting.columns.map((values) => values.length)).toEqual(columnsOf.transfers.map(() => 1));
});
