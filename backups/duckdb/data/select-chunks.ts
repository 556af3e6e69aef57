import { addressOf } from '../catalogue/addresses.ts';
import type { Table } from '../catalogue/list-tables.ts';
import type { Database } from '../database.ts';
import type { Layout } from '../manifest.ts';
import { quoteName } from '../sql-text.ts';
import { chunkRows, type ChunkFingerprint } from './fingerprint.ts';
import { rowRanges } from './plan-chunks.ts';

export interface ChosenChunks {
  readonly table: Table;
  readonly layout: Layout;
  readonly chunks: readonly ChunkFingerprint[];
}

/** The rows of these chunks, in order of their row ids; ranges by row id are read without the rest of the table. */
export function selectChunks(
  database: Pick<Database, 'name'>,
  { table, layout, chunks }: ChosenChunks,
): string {
  const columns = layout.columns.map(({ name, carrier }, index) => {
    const column = table.columns[index];
    const stored = quoteName(column?.readAs ?? column?.name ?? name);
    return `${carrier === null ? stored : `CAST(${stored} AS ${carrier})`} AS ${quoteName(name)}`;
  });
  const select = `SELECT ${columns.join(', ')} FROM ${addressOf(database, table)}`;
  if (table.hidesRowId) return select;
  return rowRanges(chunks, chunkRows)
    .map(([from, to]) => `${select} WHERE rowid >= ${from} AND rowid < ${to}`)
    .join(' UNION ALL ');
}
