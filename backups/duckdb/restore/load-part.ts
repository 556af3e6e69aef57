import { CodedError, errorText } from '../../../errors/coded-error.ts';
import type { Database } from '../database.ts';
import type { DetailedTable } from '../manifest.ts';
import type { Chosen } from './choose-items.ts';
import { nameOf } from './choose-tables.ts';
import { loadTable } from './load-table.ts';

/** Loads some rows of a table. Throws `tenant-not-separable` where one refers to a row that is left out. */
export async function loadPart(
  database: Database,
  table: DetailedTable,
  batches: AsyncIterable<readonly string[]>,
): Promise<void> {
  try {
    await loadTable(database, table, batches);
  } catch (error) {
    if (!/foreign key constraint/i.test(errorText(error))) throw error;
    throw new CodedError(
      'tenant-not-separable',
      `Rows of ${nameOf(table)} that belong to the tenant refer to rows of another one: ${errorText(error).split('\n', 1)[0] ?? ''}. Nothing was restored; restore all tenants, or other tables.`,
      { cause: error, facts: { table: nameOf(table) } },
    );
  }
}

/** Throws `tenant-not-found` when a tenant was asked for and no table has a row of it. */
export function requireTenant(
  { tables }: Chosen,
  loaded: readonly { readonly schema: string; readonly name: string; readonly rows: number }[],
): void {
  const filtered = tables.flatMap(({ table, rows }) => (rows.kind === 'tenant' ? [{ table, rows }] : []));
  const [first] = filtered;
  if (first === undefined) return;
  const rowsOf = new Map(loaded.map((one) => [nameOf(one), one.rows]));
  if (filtered.some(({ table }) => (rowsOf.get(nameOf(table)) ?? 0) > 0)) return;
  const { id, column } = first.rows;
  throw new CodedError(
    'tenant-not-found',
    `No row of ${filtered.map(({ table }) => nameOf(table)).join(', ')} has the ${column} ${JSON.stringify(id)}: nothing was restored. See whether the id is right, or take an older backup.`,
    { facts: { tenant: id, column } },
  );
}
