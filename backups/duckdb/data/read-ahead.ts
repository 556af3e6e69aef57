import { addressOf } from '../catalogue/addresses.ts';
import type { Database } from '../database.ts';
import { quoteText, textOf } from '../sql-text.ts';

/** Rows from which it is worth a question more. */
const large = 1_000_000;

/**
 * Has DuckDB read where the rows of large tables lie, which it does when that is first asked, on one thread (some 0.2 s for
 * 20M rows): on a connection of its own, beside whatever else is asked. Never fails; who needs to know asks again.
 */
export async function readAhead(database: Database): Promise<void> {
  try {
    const connection = await database.connect();
    const tables = await connection.runAndReadAll(
      `SELECT schema_name, table_name FROM duckdb_tables()
       WHERE database_name = ${quoteText(database.name)} AND estimated_size >= ${large}`,
    );
    for (const [schema, name] of tables.getRowsJS()) {
      const address = addressOf(database, { schema: textOf(schema), name: textOf(name) });
      await connection.run(`SELECT count(*) FROM pragma_storage_info(${quoteText(address)})`);
    }
  } catch {
    // Such as memory that is short: then nothing is ahead.
  }
}
