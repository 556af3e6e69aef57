import type { Database } from '../database.ts';
import { addressOf } from './addresses.ts';
import { quoteName, quoteText, textOf } from '../sql-text.ts';

interface Described {
  readonly schema: string;
  readonly name: string;
  readonly sql: string;
  /** All of its columns, in order. */
  readonly columns: readonly string[];
  /** Those of them that are NOT NULL. */
  readonly notNull: readonly string[];
}

/**
 * The SQL of a table that its own rows can be put into. DuckDB lets a column that is NOT NULL hold NULLs where a change of
 * its type made them, and would refuse them at a restore: such a column comes back without the constraint.
 */
export async function sqlThatHolds(database: Database, table: Described): Promise<string> {
  const broken = table.sql.includes(' NOT NULL') ? await brokenColumns(database, table) : new Set();
  return withoutNotNull(
    table.sql,
    table.columns.map((name) => broken.has(name)),
  );
}

async function brokenColumns(database: Database, table: Described): Promise<ReadonlySet<unknown>> {
  // Answered by what DuckDB keeps of each row group, without reading it.
  const has = (name: string): string =>
    `SELECT ${quoteText(name)} AS name FROM (SELECT 1 FROM ${addressOf(database, table)} WHERE ${quoteName(name)} IS NULL LIMIT 1)`;
  if (table.notNull.length === 0) return new Set();
  const found = await database.rows(table.notNull.map(has).join(' UNION ALL '));
  return new Set(found.map(({ name }) => textOf(name)));
}

// Quoted names and texts first, so that what they hold is passed over.
const pieces = /"(?:[^"]|"")*"|'(?:[^']|'')*'|[(),]| NOT NULL\b/g;

/** In DuckDB's own text the columns come first, in order, and whatever expression they have stands in parentheses. */
function withoutNotNull(sql: string, broken: readonly boolean[]): string {
  let [depth, column] = [0, 0];
  return sql.replaceAll(pieces, (piece) => {
    if (piece === '(') depth += 1;
    if (piece === ')') depth -= 1;
    if (piece === ',' && depth === 1) column += 1;
    return piece === ' NOT NULL' && depth === 1 && broken[column] === true ? '' : piece;
  });
}
