import type { DuckDBDataChunk } from '@duckdb/node-api';
import duckdb from '@duckdb/node-bindings';
import type { Database } from '../../duckdb/database.ts';
import type { Column } from '../columns.ts';

export type At<Value> = (row: number) => Value;

/** Some rows of a query, column by column; no column has a null. */
export interface ChunkOfColumns {
  readonly rows: number;
  readonly big: (name: string) => At<bigint>;
  /** Of 32 or 16 bits. */
  readonly small: (name: string) => At<number>;
  /** Of two columns. */
  readonly wide: (name: string) => At<bigint>;
}

/** Names of columns, for a query. */
export function columnList(columns: readonly Column[]): string {
  return columns.map(({ name }) => name).join(', ');
}

/**
 * Chunks of a query's columns, in its order. They are read as they lie in memory: the vectors of the API look at each
 * value for a null.
 */
export async function* chunksOf(
  database: Database,
  columns: readonly Column[],
  from: string,
): AsyncGenerator<ChunkOfColumns> {
  const connection = await database.connect();
  const result = await connection.stream(`SELECT ${columnList(columns)} FROM ${from}`);
  for (;;) {
    const chunk: DuckDBDataChunk | null = await result.fetchChunk();
    if (chunk === null || chunk.rowCount === 0) return;
    const rows = chunk.rowCount;
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
      small: (name) => {
        const short = columns.some((column) => column.name === name && column.type === 'USMALLINT');
        const { buffer, byteOffset } = bytesOf(name, short ? 2 : 4);
        const values = short
          ? new Uint16Array(buffer, byteOffset, rows)
          : new Uint32Array(buffer, byteOffset, rows);
        return (row) => values[row] ?? 0;
      },
      wide: (name) => {
        const [high, low] = [big(`${name}_high`), big(`${name}_low`)];
        return (row) => {
          const top = high(row);
          return top === 0n ? low(row) : (top << 64n) | low(row);
        };
      },
    };
  }
}
