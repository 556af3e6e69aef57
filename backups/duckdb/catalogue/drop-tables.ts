import { errorText } from '../../../errors/coded-error.ts';
import { asApplication } from '../as-application.ts';
import type { Database } from '../database.ts';
import { quoteName, quoteText, textOf } from '../sql-text.ts';
import { addressOf, withinSchema } from './addresses.ts';
import type { Table } from './list-tables.ts';

/**
 * Drops all tables, those that refer to others first. DuckDB 1.5 goes on taking a table for referred to under the name
 * that the referring one had before it was renamed, and never drops it: a table of that name is made and dropped, which
 * makes it forget both. One whose foreign key has lost its table (see `keptSql`) is gone, though it says that it failed.
 */
export async function dropTables(database: Database, tables: readonly Table[]): Promise<void> {
  let left = [...tables].reverse();
  for (let before = -1; left.length > 0 && left.length !== before;) {
    before = left.length;
    const again: Table[] = [];
    for (const table of left) if (!(await drop(database, table))) again.push(table);
    left = again;
  }
  for (const table of left) await database.run(`DROP TABLE ${addressOf(database, table)}`);
}

async function drop(database: Database, table: Table): Promise<boolean> {
  try {
    await database.run(`DROP TABLE ${addressOf(database, table)}`);
    return true;
  } catch (error) {
    const text = errorText(error);
    const stale = /main key table of the table "(.*)"$/m.exec(text)?.[1];
    if (stale !== undefined) await asApplication(database, () => forget(database, table, stale));
    return /Table with name .* does not exist!/.test(text);
  }
}

/** Nothing where a table has the name: its turn to be dropped comes. */
async function forget(database: Database, table: Table, stale: string): Promise<void> {
  const referring = quoteName(stale);
  const of = `database_name = ${quoteText(database.name)} AND schema_name = ${quoteText(table.schema)}`;
  const found = await database.rows(
    `SELECT 1 FROM duckdb_tables() WHERE ${of} AND table_name = ${quoteText(stale)}`,
  );
  if (found.length > 0) return;
  const key = await database.rows(
    `SELECT c.column_name AS name, c.data_type AS type FROM duckdb_columns() c,
       (SELECT table_oid, unnest(constraint_column_names) AS name FROM
         (SELECT * FROM duckdb_constraints() WHERE ${of} AND table_name = ${quoteText(table.name)}
            AND constraint_type IN ('PRIMARY KEY', 'UNIQUE') ORDER BY constraint_index LIMIT 1)) k
     WHERE c.database_name = ${quoteText(database.name)} AND c.table_oid = k.table_oid AND c.column_name = k.name`,
  );
  const names = key.map(({ name }) => quoteName(textOf(name))).join(', ');
  const columns = key.map(({ name, type }) => `${quoteName(textOf(name))} ${textOf(type)}`).join(', ');
  await database.run(
    withinSchema(
      database,
      table.schema,
      `CREATE TABLE ${referring} (${columns}, FOREIGN KEY (${names}) REFERENCES ${quoteName(table.name)}(${names}));
       DROP TABLE ${referring};`,
    ),
  );
}
