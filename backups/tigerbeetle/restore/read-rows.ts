import type { DuckDBDataChunk } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import type { Account, Transfer } from '../../../stores/ledger/port.ts';
import type { Database } from '../../duckdb/database.ts';
import { columnsOf, type Kind } from '../columns.ts';

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
  const columns = columnsOf[kind];
  for (;;) {
    const chunk: DuckDBDataChunk | null = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    const rows = chunk.rowCount;
    // Read as it lies in memory: no column has a null, and the vectors of the API look at each value for one.
    const bytesOf = (name: string, each: number): Uint8Array => {
      const index = columns.findIndex((column) => column.name === name);
      return duckdb.vector_get_data(duckdb.data_chunk_get_vector(chunk.chunk, index), rows * each);
    };
    const big = (name: string): At<bigint> => {
      const { buffer, byteOffset } = bytesOf(name, BigUint64Array.BYTES_PER_ELEMENT);
      const values = new BigUint64Array(buffer, byteOffset, rows);
      return (row) => values[row] ?? 0n;
    };
    yield {
      rows,
      big,
      small: (name: string): At<number> => {
        const short = columns.some((column) => column.name === name && column.type === 'USMALLINT');
        const { buffer, byteOffset } = bytesOf(name, short ? 2 : 4);
        const values = short
          ? new Uint16Array(buffer, byteOffset, rows)
          : new Uint32Array(buffer, byteOffset, rows);
        return (row) => values[row] ?? 0;
      },
      wide: (name: string): At<bigint> => {
        const [high, low] = [big(`${name}_high`), big(`${name}_low`)];
        return (row) => {
          const top = high(row);
          return top === 0n ? low(row) : (top << 64n) | low(row);
        };
      },
    };
  }
}
