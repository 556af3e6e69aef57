import {
  type DuckDBAppender,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  UBIGINT,
  UINTEGER,
  USMALLINT,
} from '@duckdb/node-api';
import { columnsOf, type Row } from './columns.ts';

type Shape = keyof typeof columnsOf;
const types: Readonly<Record<string, DuckDBType>> = { UBIGINT, UINTEGER, USMALLINT };
/** Rows of a chunk of DuckDB. */
const chunkRows = 2048;
const half = 64n;
const low = 2n ** 64n - 1n;

/** A table in memory that rows of the ledger are added to, a page at a time. */
export interface RowTable {
  readonly name: string;
  readonly rows: number;
  add(rows: readonly Row[]): void;
  /** Nothing is added any more; the table can be read. */
  end(): void;
}

export async function createRowTable(
  connection: DuckDBConnection,
  name: string,
  shape: Shape,
): Promise<RowTable> {
  const columns = columnsOf[shape];
  await connection.run(
    `CREATE OR REPLACE TABLE ${name} (${columns.map((column) => `${column.name} ${column.type}`).join(', ')})`,
  );
  const appender = await connection.createAppender(name);
  let count = 0;
  return {
    name,
    get rows() {
      return count;
    },
    add(rows) {
      for (let from = 0; from < rows.length; from += chunkRows) {
        appendChunk(appender, shape, rows.slice(from, from + chunkRows));
      }
      count += rows.length;
    },
    end() {
      appender.closeSync();
    },
  };
}

function appendChunk(appender: DuckDBAppender, shape: Shape, rows: readonly Row[]): void {
  const columns = columnsOf[shape];
  const chunk = DuckDBDataChunk.create(
    columns.map(({ type }) => types[type] ?? UBIGINT),
    rows.length,
  );
  columns.forEach(({ field, half: part }, index) => {
    const vector = chunk.getColumnVector(index);
    rows.forEach((row, at) => {
      const value = row[field] ?? 0n;
      if (part === undefined) vector.setItem(at, value);
      else vector.setItem(at, part === 'high' ? BigInt(value) >> half : BigInt(value) & low);
    });
    vector.flush();
  });
  appender.appendDataChunk(chunk);
}
