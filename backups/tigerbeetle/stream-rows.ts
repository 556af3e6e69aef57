import type { Database } from '../duckdb/database.ts';
import { wideOf } from './ledger-state.ts';

/** A row of a query, by column; 64-bit and wider integers as BigInt. */
export type StreamedRow = Readonly<Record<string, unknown>>;

/** The rows of a query, a chunk of DuckDB at a time, on a connection of its own: none are kept. */
export async function* streamRows(database: Database, sql: string): AsyncGenerator<readonly StreamedRow[]> {
  const connection = await database.connect();
  yield* (await connection.stream(sql)).yieldRowObjectJs();
}

/** Rows that are sorted by `id`, to be gone through beside other rows that are sorted in the same way. */
export interface SortedRows {
  /** The rows of an id; ids must be asked for in order. Whatever is left of ids before is passed over. */
  of(id: bigint): AsyncGenerator<StreamedRow>;
  /** Ends the query, wherever it is. */
  end(): Promise<void>;
}

export function sortedRows(chunks: AsyncGenerator<readonly StreamedRow[]>): SortedRows {
  let chunk: readonly StreamedRow[] = [];
  let at = 0;

  async function head(): Promise<StreamedRow | undefined> {
    while (at >= chunk.length) {
      const next = await chunks.next();
      if (next.done === true) return undefined;
      [chunk, at] = [next.value, 0];
    }
    return chunk[at];
  }

  return {
    async *of(id) {
      for (let row = await head(); row !== undefined; row = await head()) {
        const its = wideOf(row, 'id');
        if (its > id) return;
        at += 1;
        if (its === id) yield row;
      }
    },
    async end() {
      await chunks.return(undefined);
    },
  };
}
