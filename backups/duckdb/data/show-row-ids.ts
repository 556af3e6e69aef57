import { asApplication } from '../as-application.ts';
import { addressOf } from '../catalogue/addresses.ts';
import type { Table } from '../catalogue/list-tables.ts';
import type { Database } from '../database.ts';
import { quoteName, quoteText, textOf } from '../sql-text.ts';

/**
 * Row groups are told apart by row id, which a column named `rowid` hides, and DuckDB has no other name for it. So in the
 * copy, which is ours, such a column gets another name; indexes that are in the way are dropped there. What a foreign key
 * is about cannot be renamed: a table that one names, or whose own has the column, stays hidden.
 */
export async function showRowIds(database: Database, tables: readonly Table[]): Promise<Table[]> {
  const shown: Table[] = [];
  for (const table of tables) {
    shown.push(table.hidesRowId ? await asApplication(database, () => rename(database, table)) : table);
  }
  return shown;
}

async function rename(database: Database, table: Table): Promise<Table> {
  const names = await columnNames(database, table);
  const hiding = names.find((name) => name.toLowerCase() === 'rowid') ?? '';
  let readAs = 'backup_rowid';
  while (names.some((name) => name.toLowerCase() === readAs)) readAs += '_';
  await database.run('BEGIN');
  try {
    for (const index of await indexes(database, table)) await database.run(`DROP INDEX ${index}`);
    await database.run(
      `ALTER TABLE ${addressOf(database, table)} RENAME COLUMN ${quoteName(hiding)} TO ${quoteName(readAs)}`,
    );
    await database.run('COMMIT');
  } catch {
    // DuckDB refuses it for more reasons than it lists; the table is read as one chunk then.
    await database.run('ROLLBACK');
    return table;
  }
  return {
    ...table,
    hidesRowId: false,
    columns: table.columns.map((column) => (column.name === hiding ? { ...column, readAs } : column)),
  };
}

async function columnNames(database: Database, table: Table): Promise<string[]> {
  const rows = await database.rows(
    `SELECT column_name AS name FROM duckdb_columns() WHERE ${isTable(database, table)}`,
  );
  return rows.map(({ name }) => textOf(name));
}

async function indexes(database: Database, table: Table): Promise<string[]> {
  const rows = await database.rows(
    `SELECT schema_name AS schema, index_name AS name FROM duckdb_indexes() WHERE ${isTable(database, table)}`,
  );
  return rows.map((row) => addressOf(database, { schema: textOf(row['schema']), name: textOf(row['name']) }));
}

function isTable(database: Database, { schema, name }: Table): string {
  return `database_name = ${quoteText(database.name)} AND schema_name = ${quoteText(schema)} AND table_name = ${quoteText(name)}`;
}
