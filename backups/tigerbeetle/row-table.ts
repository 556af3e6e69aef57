import {
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  UBIGINT,
  UINTEGER,
  USMALLINT,
} from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { columnsOf, type RowOf } from './columns.ts';
import { rowWriters } from './row-writers.ts';

const types: Readonly<Record<string, DuckDBType>> = { UBIGINT, UINTEGER, USMALLINT };
/** Rows of a chunk of DuckDB. */
const chunkRows = 2048;

/** A table in memory that rows of the ledger are added to, a page at a time. */
export interface RowTable<Row> {
  readonly name: string;
  readonly rows: number;
  add(rows: readonly Row[]): void;
  /** Nothing is added any more; the table can be read. */
  end(): void;
}

export async function createRowTable<Shape extends keyof RowOf>(
  connection: DuckDBConnection,
  name: string,
  shape: Shape,
): Promise<RowTable<RowOf[Shape]>> {
  const columns = columnsOf[shape];
  await connection.run(
    `CREATE OR REPLACE TABLE ${name} (${columns.map((column) => `${column.name} ${column.type}`).join(', ')})`,
  );
  const appender = await connection.createAppender(name);
  const chunk = DuckDBDataChunk.create(
    columns.map(({ type }) => types[type] ?? UBIGINT),
    chunkRows,
  );
  const { columns: values, write } = rowWriters[shape](chunkRows);
  // The vectors of the API take one value at a time, and look at each: half of the time that a page takes.
  const vectors = values.map((_, index) => duckdb.data_chunk_get_vector(chunk.chunk, index));
  let count = 0;
  let filled = 0;

  function append(): void {
    values.forEach(({ buffer, BYTES_PER_ELEMENT }, index) => {
      const vector = vectors[index];
      if (vector !== undefined) duckdb.copy_data_to_vector(vector, 0, buffer, 0, filled * BYTES_PER_ELEMENT);
    });
    if (filled < chunkRows) chunk.rowCount = filled;
    // Copies the chunk, which is filled anew.
    appender.appendDataChunk(chunk);
    filled = 0;
  }

  return {
    name,
    get rows() {
      return count;
    },
    add(rows) {
      for (const row of rows) {
        write(filled, row);
        filled += 1;
        if (filled === chunkRows) append();
      }
      count += rows.length;
    },
    end() {
      if (filled > 0) append();
      appender.closeSync();
    },
  };
}
