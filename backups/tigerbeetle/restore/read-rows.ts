import type { DuckDBDataChunk } from '@duckdb/node-api';
import type { Account, Transfer } from '../../../stores/ledger/port.ts';
import type { Database } from '../../duckdb/database.ts';
import { columnsOf, type Kind } from '../columns.ts';
import { integerOf } from '../ledger-state.ts';

/** Columns of a query that gives rows of a kind. */
export function columnList(kind: Kind): string {
  return columnsOf[kind].map(({ name }) => name).join(', ');
}

/** Accounts without balances, in the order of the query. */
export async function* readAccounts(database: Database, from: string): AsyncGenerator<readonly Account[]> {
  for await (const { rows, wide, big, small } of chunksOf(database, 'accounts', from)) {
    const [id, userData128] = [wide('id'), wide('user_data_128')];
    const [timestamp, userData64] = [big('timestamp'), big('user_data_64')];
    const [userData32, ledger, code, flags] = sharedNumbers(small);
    yield Array.from({ length: rows }, (_, at) => ({
      id: id(at),
      debitsPending: 0n,
      debitsPosted: 0n,
      creditsPending: 0n,
      creditsPosted: 0n,
      userData128: userData128(at),
      userData64: userData64(at),
      userData32: userData32(at),
      ledger: ledger(at),
      code: code(at),
      flags: flags(at),
      timestamp: timestamp(at),
    }));
  }
}

/** Transfers, in the order of the query. */
export async function* readTransfers(database: Database, from: string): AsyncGenerator<readonly Transfer[]> {
  for await (const { rows, wide, big, small } of chunksOf(database, 'transfers', from)) {
    const [id, debit, credit] = [wide('id'), wide('debit_account_id'), wide('credit_account_id')];
    const [amount, pendingId, userData128] = [wide('amount'), wide('pending_id'), wide('user_data_128')];
    const [timestamp, userData64, timeout] = [big('timestamp'), big('user_data_64'), small('timeout')];
    const [userData32, ledger, code, flags] = sharedNumbers(small);
    yield Array.from({ length: rows }, (_, at) => ({
      id: id(at),
      debitAccountId: debit(at),
      creditAccountId: credit(at),
      amount: amount(at),
      pendingId: pendingId(at),
      userData128: userData128(at),
      userData64: userData64(at),
      userData32: userData32(at),
      timeout: timeout(at),
      ledger: ledger(at),
      code: code(at),
      flags: flags(at),
      timestamp: timestamp(at),
    }));
  }
}

type At<Value> = (row: number) => Value;

function sharedNumbers(small: (name: string) => At<number>) {
  return [small('user_data_32'), small('ledger'), small('code'), small('flags')] as const;
}

async function* chunksOf(database: Database, kind: Kind, from: string) {
  const connection = await database.connect();
  const result = await connection.stream(`SELECT ${columnList(kind)} FROM ${from}`);
  const names = columnsOf[kind].map(({ name }) => name);
  for (;;) {
    const chunk: DuckDBDataChunk | null = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    const vector = (name: string) => chunk.getColumnVector(names.indexOf(name));
    const big = (name: string): At<bigint> => {
      const column = vector(name);
      return (row) => integerOf(column.getItem(row));
    };
    yield {
      rows: chunk.rowCount,
      big,
      small: (name: string): At<number> => {
        const column = vector(name);
        return (row) => Number(column.getItem(row));
      },
      wide: (name: string): At<bigint> => {
        const [high, low] = [big(`${name}_high`), big(`${name}_low`)];
        return (row) => (high(row) << 64n) | low(row);
      },
    };
  }
}
