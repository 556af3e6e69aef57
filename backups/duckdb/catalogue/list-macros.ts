import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { errorText } from '../../../errors/coded-error.ts';
import type { Database } from '../database.ts';
import { quoteName, quoteText, textOf } from '../sql-text.ts';
import type { CatalogueItem } from './catalogue.ts';
import { type DeclaredMacro, macroFrom } from './macro-from.ts';
import { dropTables } from './drop-tables.ts';
import { addressOf } from './addresses.ts';
import type { Table } from './list-tables.ts';

/**
 * Macros as SQL. Those whose SQL cannot be told are `declared` and not among the items. Where none has its default values,
 * which could not be told, `withoutDefaults` says why. The database must be a copy of our own.
 */
export async function listMacros(
  database: Database,
  tables: readonly Table[],
  scratch: string,
): Promise<{
  readonly declared: number;
  readonly items: readonly CatalogueItem[];
  readonly withoutDefaults?: string;
}> {
  const macros = await declaredMacros(database);
  if (macros.length === 0) return { declared: 0, items: [] };
  const itemsIn = (sql: string | undefined): CatalogueItem[] =>
    macros.flatMap((macro) => macroFrom(database, macro, sql) ?? []);
  try {
    return { declared: macros.length, items: itemsIn(await exported(database, tables, scratch)) };
  } catch (error) {
    const reason = errorText(error).split('\n', 1)[0] ?? '';
    // With `enable_macro_dependencies`, what a macro names is not dropped.
    if (!/(Dependency|TransactionContext) Error: /.test(reason)) throw error;
    return { declared: macros.length, items: itemsIn(undefined), withoutDefaults: reason };
  }
}

/**
 * DuckDB's own SQL for macros. None of its functions shows their default values; only EXPORT DATABASE does. So it is run in
 * a transaction that has dropped everything else, and that is rolled back.
 */
async function exported(database: Database, tables: readonly Table[], scratch: string): Promise<string> {
  const where = `database_name = ${quoteText(database.name)}`;
  const own = `${where} AND NOT internal`;
  const folder = await mkdtemp(join(scratch, 'catalogue-'));
  await database.run('BEGIN');
  try {
    const drop = async (what: 'view' | 'sequence' | 'type', condition: string): Promise<void> => {
      for (const row of await database.rows(
        `SELECT schema_name AS schema, ${what}_name AS name FROM duckdb_${what}s() WHERE ${condition}
         ORDER BY ${what}_oid DESC`,
      ))
        await database.run(
          `DROP ${what} ${addressOf(database, { schema: textOf(row['schema']), name: textOf(row['name']) })}`,
        );
    };
    await drop('view', `${own} AND NOT temporary`);
    await dropTables(database, tables);
    await drop('sequence', where);
    await drop('type', own);
    await database.run(`EXPORT DATABASE ${quoteName(database.name)} TO ${quoteText(join(folder, 'sql'))}`);
  } finally {
    await database.run('ROLLBACK');
  }
  const sql = await readFile(join(folder, 'sql', 'schema.sql'), 'utf8');
  await rm(folder, { recursive: true });
  return sql;
}

async function declaredMacros(database: Database): Promise<DeclaredMacro[]> {
  const rows = await database.rows(
    `SELECT schema_name AS schema, function_name AS name, function_type = 'table_macro' AS "table", parameters,
       parameter_types AS types, macro_definition AS body
     FROM duckdb_functions() WHERE database_name = ${quoteText(database.name)} AND NOT internal`,
  );
  const macros = new Map<string, DeclaredMacro>();
  for (const row of rows) {
    const [schema, name, table] = [textOf(row['schema']), textOf(row['name']), row['table'] === true];
    const key = JSON.stringify([schema, name, table]);
    const macro = macros.get(key) ?? { schema, name, table, variants: [] };
    const [names, types] = [row['parameters'], row['types']].map((list) => (Array.isArray(list) ? list : []));
    const parameters = (names ?? []).map((each, index) => ({
      name: textOf(each),
      type: textOf(types?.[index]),
    }));
    macros.set(key, {
      ...macro,
      variants: [...macro.variants, { parameters, body: textOf(row['body']) }],
    });
  }
  return [...macros.values()];
}
