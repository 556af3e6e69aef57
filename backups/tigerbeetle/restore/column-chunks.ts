import type { DuckDBDataChunk } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import { collectGarbage } from '../../../runtime/collect-garbage.ts';
import type { Database } from '../../duckdb/database.ts';
import type { Column } from '../columns.ts';
import type { RowColumns } from '../row-columns.ts';

/** Some rows of a query; no column has a null. */
export interface ColumnChunk extends RowColumns {
  /** Whose memory the columns are: to be held for as long as they are read. */
  readonly chunk: DuckDBDataChunk;
}

/** Chunks, of some 300 KB each, that are left to the garbage collector, before it is told to look. */
const chunksLeft = 96;

/** Names of columns, for a query. */
export function columnList(columns: readonly Column[]): string {
  return columns.map(({ name }) => name).join(', ');
}

const arrays = { UBIGINT: BigUint64Array, UINTEGER: Uint32Array, USMALLINT: Uint16Array };

/**
 * Chunks of a query's columns, in its order. They are read as they lie in memory: the vectors of the API look at each
 * value for a null.
 */
export async function* chunksOf(
  database: Database,
  columns: readonly Column[],
  from: string,
): AsyncGenerator<ColumnChunk> {
  const connection = await database.connect();
  const result = await connection.stream(`SELECT ${columnList(columns)} FROM ${from}`);
  for (let read = 1; ; read += 1) {
    if (read % chunksLeft === 0) collectGarbage();
    const chunk: DuckDBDataChunk | null = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    const rows = chunk.rowCount;
    const values = columns.map(({ type }, index) => {
      const ofType = arrays[type];
      const vector = duckdb.data_chunk_get_vector(chunk.chunk, index);
      const { buffer, byteOffset } = duckdb.vector_get_data(vector, rows * ofType.BYTES_PER_ELEMENT);
      return new ofType(buffer as ArrayBuffer, byteOffset, rows);
    });
    yield { rows, columns: values, chunk };
  }
}
