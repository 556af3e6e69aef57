import { addressOf } from '../catalogue/addresses.ts';
import type { Table } from '../catalogue/list-tables.ts';
import type { Database } from '../database.ts';
import { quoteName } from '../sql-text.ts';

export type ParquetVersion = 'v1' | 'v2';

/**
 * The version of Parquet's encodings for the objects of a table: the newest that is wanted, and v1 where the newer ones
 * would be read by DuckDB alone. It counts the differences between 32-bit values with 64 bits, and others refuse those
 * that need more than 32. Asked of what DuckDB knows of each column; no row is read.
 */
export async function parquetVersion(
  database: Database,
  table: Pick<Table, 'schema' | 'name' | 'columns'>,
  newest: ParquetVersion,
): Promise<ParquetVersion> {
  if (newest === 'v1') return newest;
  const fitting = table.columns.map(({ name, type, readAs = name }) => fits(quoteName(readAs), type));
  if (fitting.includes('unknown')) return 'v1';
  const conditions = fitting.filter((each) => each !== 'always');
  if (conditions.length === 0) return newest;
  const all = conditions.map((sql) => `coalesce(${sql}, true)`).join(' AND ');
  const [row] = await database.rows(`SELECT ${all} AS fit FROM ${addressOf(database, table)}`);
  return row?.['fit'] === true ? newest : 'v1';
}

const limit = 2n ** 31n;

/** When the values of a column lie close enough together, as SQL; null where there are none. */
function fits(name: string, type: string): string {
  if (type === 'INTEGER') return `max(${name})::BIGINT - min(${name})::BIGINT < ${limit}`;
  if (type === 'DATE') return `max(${name}) - min(${name}) < ${limit}`;
  if (type === 'UINTEGER') return `max(${name}) < ${limit}`;
  // Inside of others, where there is no quick answer.
  return /\b(U?INTEGER|DATE)\b/.test(type) ? 'unknown' : 'always';
}
