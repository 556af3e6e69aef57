import type { Database } from '../../duckdb/database.ts';
import { columnsOf, type Kind } from '../columns.ts';
import { type RowColumns, rowsFrom } from '../row-columns.ts';
import { indexOf } from '../row-readers.ts';
import { type ColumnChunk, chunksOf } from './column-chunks.ts';

/** Rows of a kind, in the order of their timestamps. */
export interface RowsInOrder {
  /** The next ones, `most` at most, which last until it is called again; undefined when there are none. */
  next(most: number): Promise<RowColumns | undefined>;
}

interface Source {
  readonly chunks: AsyncIterator<ColumnChunk, undefined>;
  chunk: ColumnChunk | undefined;
  /** Of the chunk, and the first row of it that was not given out. */
  times: BigUint64Array;
  at: number;
}

/** The rows of some views together, each of which is in order by itself. */
export function rowsInOrder(database: Database, kind: Kind, views: readonly string[]): RowsInOrder {
  const sources = views.map((view): Source => {
    const chunks = chunksOf(database, columnsOf[kind], view);
    return { chunks, chunk: undefined, times: new BigUint64Array(), at: 0 };
  });

  async function fill(source: Source): Promise<void> {
    if (source.at < source.times.length) return;
    const { value } = await source.chunks.next();
    source.chunk = value;
    source.times = (value?.columns[indexOf(kind, 'timestamp')] ?? new BigUint64Array()) as BigUint64Array;
    source.at = 0;
  }

  return {
    async next(most) {
      for (const source of sources) await fill(source);
      const [first, second] = sources
        .flatMap((source) => source.times[source.at] ?? [])
        .sort((one, other) => (one < other ? -1 : 1));
      const source = sources.find(({ times, at }) => first !== undefined && times[at] === first);
      if (source?.chunk === undefined) return undefined;
      const from = source.at;
      const to = Math.min(from + most, source.times.length);
      while (source.at < to && (second === undefined || (source.times[source.at] ?? 0n) < second))
        source.at += 1;
      return rowsFrom(source.chunk, from, source.at);
    },
  };
}
