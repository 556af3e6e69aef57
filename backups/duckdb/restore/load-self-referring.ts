import { addressOf } from '../catalogue/addresses.ts';
import { inAnyCase } from '../catalogue/list-tables.ts';
import type { Database } from '../database.ts';
import type { DetailedTable } from '../manifest.ts';
import { quoteName, quoteText, textOf } from '../sql-text.ts';

/**
 * Loads a table whose foreign key names itself. DuckDB checks a row against those of earlier statements alone, so the
 * rows go in as runs, as long as none in a run refers to another in it. A parent always stands before its children, for
 * the same check has let them in once; so the order is kept.
 */
export async function loadSelfReferring(
  database: Database,
  table: DetailedTable,
  { staging, columns }: { readonly staging: string; readonly columns: string },
): Promise<void> {
  await database.run('BEGIN');
  for (const [from, to] of await runs(database, table, staging)) {
    await database.run(
      `INSERT INTO ${addressOf(database, table)} (${columns}) SELECT * FROM ${staging} WHERE rowid >= ${from} AND rowid < ${to}`,
    );
  }
  await database.run('COMMIT');
}

/** Names of the columns in the staging table: of their own, since one named `rowid` would hide the row's id there. */
export function stagedNames(table: DetailedTable): string[] {
  return table.columns.map((_column, index) => `c${index}`);
}

async function runs(database: Database, table: DetailedTable, staging: string): Promise<[number, number][]> {
  const keys = await database.rows(
    `SELECT constraint_column_names AS columns, referenced_column_names AS targets FROM duckdb_constraints()
     WHERE database_name = ${quoteText(database.name)} AND schema_name = ${quoteText(table.schema)}
       AND table_name = ${quoteText(table.name)} AND referenced_table = table_name AND constraint_type = 'FOREIGN KEY'`,
  );
  const pairs = keys.map(({ columns, targets }) => {
    const [own, other] = [columns, targets].map((list) => (Array.isArray(list) ? list.map(textOf) : []));
    const staged = (name: string): string =>
      stagedNames(table)[table.columns.findIndex((column) => inAnyCase(column.name) === inAnyCase(name))] ??
      quoteName(name);
    const match = (own ?? []).map((name, index) => `s.${staged(name)} = p.${staged(other?.[index] ?? '')}`);
    return `SELECT s.rowid AS child, p.rowid AS parent FROM ${staging} s JOIN ${staging} p ON ${match.join(' AND ')}`;
  });
  const links = await database.rows(
    // A macro of the application may be named so.
    `SELECT child::DOUBLE AS child, system.main.max(parent)::DOUBLE AS parent FROM (${pairs.join(' UNION ALL ')}) GROUP BY ALL ORDER BY child`,
  );
  const found: [number, number][] = [];
  let from = 0;
  for (const { child, parent } of links) {
    if (Number(parent) < from) continue;
    found.push([from, Number(child)]);
    from = Number(child);
  }
  found.push([from, Number.MAX_SAFE_INTEGER]);
  return found;
}
