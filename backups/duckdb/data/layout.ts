import { addressOf, type Table } from '../catalogue/list-tables.ts';
import type { Database } from '../database.ts';
import type { Layout } from '../manifest.ts';
import { quoteName } from '../sql-text.ts';
import { carrierOf } from './column-carrier.ts';
import { chunkRows, type ChunkFingerprint } from './fingerprint.ts';
import { rowRanges } from './plan-chunks.ts';

/** How the rows of a table are written to an object. */
export async function layoutOf(database: Database, table: Table): Promise<Layout> {
  const names = table.columns.map(({ name, readAs }) => quoteName(readAs ?? name)).join(', ');
  const types = (
    await database.connection.runAndReadAll(`SELECT ${names} FROM ${addressOf(table)} LIMIT 0`)
  ).columnTypes();
  const carriers = types.map(carrierOf);
  const format = carriers.includes(undefined) ? 'duckdb' : 'parquet';
  // The reader's own column of that name is needed to find a chunk in an object.
  const own = format === 'duckdb' ? 'rowid' : 'file_row_number';
  const taken = table.columns.some(({ name }) => name.toLowerCase() === own);
  return {
    format,
    columns: table.columns.map(({ name, type }, index) => ({
      name: taken ? `column_${index}` : name,
      type,
      carrier: carriers[index] ?? null,
    })),
  };
}

/** The rows of these chunks, in order of their row ids; ranges by row id are read without the rest of the table. */
export function selectChunks(table: Table, layout: Layout, chunks: readonly ChunkFingerprint[]): string {
  const columns = layout.columns.map(({ name, carrier }, index) => {
    const column = table.columns[index];
    const stored = quoteName(column?.readAs ?? column?.name ?? name);
    return `${carrier === null ? stored : `CAST(${stored} AS ${carrier})`} AS ${quoteName(name)}`;
  });
  const select = `SELECT ${columns.join(', ')} FROM ${addressOf(table)}`;
  if (table.hidesRowId) return select;
  return rowRanges(chunks, chunkRows)
    .map(([from, to]) => `${select} WHERE rowid >= ${from} AND rowid < ${to}`)
    .join(' UNION ALL ');
}
