import { addressOf } from '../catalogue/addresses.ts';
import type { Table } from '../catalogue/list-tables.ts';
import type { Database } from '../database.ts';
import type { Layout } from '../manifest.ts';
import { quoteName } from '../sql-text.ts';
import { carriesExactly } from './carries-exactly.ts';
import { carrierOf } from './column-carrier.ts';
import type { ChunkFingerprint } from './fingerprint.ts';

/** How these chunks of a table are written to an object. */
export async function layoutOf(
  database: Database,
  table: Table,
  chunks: readonly ChunkFingerprint[],
): Promise<Layout> {
  const names = table.columns.map(({ name, readAs }) => quoteName(readAs ?? name)).join(', ');
  const types = (
    await database.connection.runAndReadAll(`SELECT ${names} FROM ${addressOf(database, table)} LIMIT 0`)
  ).columnTypes();
  const carriers = types.map(carrierOf);
  const parquet = layout(
    'parquet',
    table,
    carriers.map((carrier) => carrier ?? null),
  );
  const exact =
    !carriers.includes(undefined) && (await carriesExactly(database, { table, layout: parquet, chunks }));
  return exact
    ? parquet
    : layout(
        'duckdb',
        table,
        carriers.map(() => null),
      );
}

function layout(format: Layout['format'], table: Table, carriers: readonly (string | null)[]): Layout {
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
