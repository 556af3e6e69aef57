import { CodedError } from '../../../errors/coded-error.ts';
import { addressOf } from '../catalogue/addresses.ts';
import { inAnyCase } from '../catalogue/list-tables.ts';
import type { Database } from '../database.ts';
import type { DetailedTable } from '../manifest.ts';
import { quoteName, quoteText, textOf } from '../sql-text.ts';
import type { ChosenTable, RowChoice } from './chosen-table.ts';
import { nameOf } from './choose-tables.ts';

/**
 * The condition, over the table's columns under the alias `s`, that the rows to restore fulfil; undefined for all of them.
 * Tables that it refers to are in the database, filled. Throws `invalid-request` for an id that is no value of the column.
 */
export async function conditionOf(
  database: Database,
  { table, rows }: ChosenTable,
): Promise<string | undefined> {
  if (rows.kind === 'all') return undefined;
  if (rows.kind === 'linked') return linkedTo(database, table, rows.to);
  const value = `TRY_CAST(${quoteText(rows.id)} AS ${rows.type})`;
  const [found] = await database.rows(`SELECT ${isExactly(rows, value)} AS exact`);
  if (found?.['exact'] === true) return `s.${quoteName(rows.column)} = ${value}`;
  throw new CodedError(
    'invalid-request',
    `The tenant ${JSON.stringify(rows.id)} is no ${rows.type}, which column ${rows.column} of ${nameOf(table)} holds.`,
    { facts: { tenant: rows.id, column: rows.column } },
  );
}

/** A cast rounds a number: 1.5 would be tenant 2 of an INTEGER. */
function isExactly({ id, type }: Extract<RowChoice, { kind: 'tenant' }>, value: string): string {
  if (!/^(?:U?(?:TINY|SMALL|BIG|HUGE)?INT(?:EGER)?$|DECIMAL)/.test(type)) return `${value} IS NOT NULL`;
  const exact = 'DECIMAL(38, 18)';
  return `(${value}::VARCHAR = ${quoteText(id)} OR TRY_CAST(${quoteText(id)} AS ${exact}) = TRY_CAST(${value} AS ${exact})) IS TRUE`;
}

/** Each key to one of these tables holds or is NULL, and at least one holds. */
async function linkedTo(
  database: Database,
  table: DetailedTable,
  to: readonly DetailedTable[],
): Promise<string> {
  const keys = await database.rows(
    `SELECT referenced_table AS target, constraint_column_names AS columns, referenced_column_names AS targets
     FROM duckdb_constraints() WHERE database_name = ${quoteText(database.name)}
       AND schema_name = ${quoteText(table.schema)} AND table_name = ${quoteText(table.name)}
       AND constraint_type = 'FOREIGN KEY'`,
  );
  const parts = keys.flatMap(({ target, columns, targets }) => {
    const parent = to.find(({ name }) => inAnyCase(name) === inAnyCase(textOf(target)));
    if (parent === undefined) return [];
    const own = namesOf(columns).map((name) => `s.${quoteName(name)}`);
    const same = namesOf(targets).map((name, index) => `p.${quoteName(name)} = ${own[index] ?? ''}`);
    return [
      {
        unset: `(${own.map((name) => `${name} IS NULL`).join(' OR ')})`,
        holds: `EXISTS (SELECT 1 FROM ${addressOf(database, parent)} p WHERE ${same.join(' AND ')})`,
      },
    ];
  });
  const each = parts.map(({ unset, holds }) => `(${unset} OR ${holds})`);
  return `${each.join(' AND ')} AND NOT (${parts.map(({ unset }) => unset).join(' AND ')})`;
}

function namesOf(list: unknown): string[] {
  return Array.isArray(list) ? list.map(textOf) : [];
}

/** The rows of a select that fulfil a condition, and the others. */
export function split(select: string, condition: string): { readonly kept: string; readonly left: string } {
  return {
    kept: `SELECT s.* FROM (${select}) s WHERE ${condition}`,
    left: `SELECT s.* FROM (${select}) s WHERE (${condition}) IS NOT TRUE`,
  };
}
