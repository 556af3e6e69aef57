import { inAnyCase } from './catalogue/list-tables.ts';
import type { Database } from './database.ts';
import { quoteText, textOf } from './sql-text.ts';

/**
 * Whether DuckDB 1.5 would ever end a checkpoint, in which it writes each table after those that its foreign keys name: it
 * looks for ever for one that is gone by that name, and for a way out where tables wait for each other.
 */
export async function endsCheckpoint(database: Database): Promise<boolean> {
  const where = `database_name = ${quoteText(database.name)}`;
  const tables = await database.rows(
    `SELECT table_oid, schema_name AS schema, table_name AS name FROM duckdb_tables() WHERE ${where}`,
  );
  const keys = await database.rows(
    // Where it is the same table, there is no text, and nothing to wait for.
    `SELECT table_oid, referenced_table AS target FROM duckdb_constraints()
     WHERE ${where} AND constraint_type = 'FOREIGN KEY' AND constraint_text <> ''`,
  );
  let waiting = tables.map((table) => ({
    name: within(table, 'name'),
    after: keys
      .filter((key) => key['table_oid'] === table['table_oid'])
      .map(({ target }) => within({ ...table, target }, 'target')),
  }));
  const written = new Set<string>();
  for (let before = Infinity; waiting.length < before;) {
    before = waiting.length;
    const ready = waiting.filter(({ after }) => after.every((name) => written.has(name)));
    for (const { name } of ready) written.add(name);
    waiting = waiting.filter(({ name }) => !written.has(name));
  }
  return waiting.length === 0;
}

function within(row: Readonly<Record<string, unknown>>, column: string): string {
  return `${textOf(row['schema'])}\0${inAnyCase(textOf(row[column]))}`;
}
