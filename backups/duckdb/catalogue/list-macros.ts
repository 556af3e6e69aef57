import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Database } from '../database.ts';
import { quoteText, textOf } from '../sql-text.ts';
import type { CatalogueItem } from './catalogue.ts';
import { dropTables } from './drop-tables.ts';
import { addressOf, type Table } from './list-tables.ts';

/**
 * Macros as SQL. No function of DuckDB 1.5 shows their default values; only EXPORT DATABASE does. So it is run in a transaction that has dropped everything else, and that is rolled back: the
 * database must be a copy of our own.
 */
export async function listMacros(
  database: Database,
  tables: readonly Table[],
  scratch: string,
): Promise<CatalogueItem[]> {
  const where = `database_name = ${quoteText(database.name)}`;
  const own = `${where} AND NOT internal`;
  const [count] = await database.rows(`SELECT count(*) AS n FROM duckdb_functions() WHERE ${own}`);
  if (count?.['n'] === 0n) return [];
  const folder = await mkdtemp(join(scratch, 'catalogue-'));
  await database.run('BEGIN');
  try {
    const drop = async (what: 'view' | 'sequence' | 'type', condition: string): Promise<void> => {
      for (const row of await database.rows(
        `SELECT schema_name AS schema, ${what}_name AS name FROM duckdb_${what}s() WHERE ${condition}
         ORDER BY ${what}_oid DESC`,
      ))
        await database.run(
          `DROP ${what} ${addressOf({ schema: textOf(row['schema']), name: textOf(row['name']) })}`,
        );
    };
    await drop('view', `${own} AND NOT temporary`);
    await dropTables(database, tables);
    await drop('sequence', where);
    await drop('type', own);
    await database.run(`EXPORT DATABASE ${quoteText(join(folder, 'sql'))}`);
  } finally {
    await database.run('ROLLBACK');
  }
  const sql = await readFile(join(folder, 'sql', 'schema.sql'), 'utf8');
  await rm(folder, { recursive: true });
  return statements(sql).flatMap((statement): CatalogueItem[] => {
    if (!statement.startsWith('CREATE MACRO ')) return [];
    return [{ kind: 'macro', ...nameIn(statement), sql: `${statement};` }];
  });
}

/** Statements of an SQL text, split at semicolons that stand outside of quotes; empty ones left out. */
export function statements(sql: string): string[] {
  const pieces = sql.match(/(?:"(?:[^"]|"")*"|'(?:[^']|'')*'|[^;"'])+/g) ?? [];
  return pieces.map((piece) => piece.trim()).filter((piece) => piece !== '');
}

function nameIn(statement: string): { schema: string; name: string } {
  const part = '(?:"(?:[^"]|"")*"|[^\\s."(]+)';
  const found = new RegExp(`^CREATE \\w+ (?:(${part})\\.)?(${part})`).exec(statement);
  const plain = (quoted: string): string =>
    quoted.startsWith('"') ? quoted.slice(1, -1).replaceAll('""', '"') : quoted;
  return { schema: plain(found?.[1] ?? 'main'), name: plain(found?.[2] ?? '') };
}
