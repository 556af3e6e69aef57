import type { Database } from '../database.ts';
import { addressOf } from './addresses.ts';
import { quoteName, quoteText, textOf } from '../sql-text.ts';

interface Named {
  readonly schema: string;
  readonly name: string;
}

/**
 * The SQL of a table that its own rows can be put into. DuckDB lets a column that is NOT NULL hold NULLs where a change of
 * its type made them, and would refuse them at a restore: such a column comes back without the constraint. The database
 * must be a copy of our own.
 */
export async function sqlThatHolds(
  database: Database,
  table: Named & { readonly sql: string },
): Promise<string> {
  const broken = table.sql.includes('NOT NULL') ? await brokenColumns(database, table) : [];
  if (broken.length === 0) return table.sql;
  await database.run('BEGIN');
  try {
    const indexes = await database.rows(
      `SELECT schema_name AS schema, index_name AS name FROM duckdb_indexes() WHERE ${isTable(database, table)}`,
    );
    for (const row of indexes) await database.run(`DROP INDEX ${addressOf(database, named(row))}`);
    for (const column of broken)
      await database.run(
        `ALTER TABLE ${addressOf(database, table)} ALTER ${quoteName(column)} DROP NOT NULL`,
      );
    const [row] = await database.rows(`SELECT sql FROM duckdb_tables() WHERE ${isTable(database, table)}`);
    return textOf(row?.['sql']);
  } catch {
    // Refused where other tables depend on it; the restore will name the column.
    return table.sql;
  } finally {
    await database.run('ROLLBACK');
  }
}

async function brokenColumns(database: Database, table: Named): Promise<string[]> {
  const columns = await database.rows(
    `SELECT constraint_column_names[1] AS name FROM duckdb_constraints()
     WHERE constraint_type = 'NOT NULL' AND ${isTable(database, table)}`,
  );
  const names = columns.map(({ name }) => textOf(name));
  // Answered by what DuckDB keeps of each row group, without reading it.
  const has = (name: string): string =>
    `SELECT ${quoteText(name)} AS name FROM (SELECT 1 FROM ${addressOf(database, table)} WHERE ${quoteName(name)} IS NULL LIMIT 1)`;
  if (names.length === 0) return [];
  return (await database.rows(names.map(has).join(' UNION ALL '))).map(({ name }) => textOf(name));
}

function isTable(database: Database, { schema, name }: Named): string {
  return `database_name = ${quoteText(database.name)} AND schema_name = ${quoteText(schema)} AND table_name = ${quoteText(name)}`;
}

function named(row: Record<string, unknown>): Named {
  return { schema: textOf(row['schema']), name: textOf(row['name']) };
}
