import { CodedError } from '../../../errors/coded-error.ts';
import type { Tenant } from '../../backup-restorer.ts';
import type { DetailedTable } from '../manifest.ts';
import type { ChosenTable, RowChoice } from './chosen-table.ts';
import { nameOf, referencedBy, withReferences } from './choose-tables.ts';

/**
 * The tables of one tenant: of those that have the column, its rows. Tables without the column are left out, unless
 * they are named, or a chosen one refers to them. A generated column is none: its values are not stored. Throws
 * `invalid-request` when no table, or none of those that are named, has the column.
 */
export function chooseTenantTables(
  all: readonly DetailedTable[],
  asked: readonly DetailedTable[] | undefined,
  tenant: Tenant,
): ChosenTable[] {
  const having = all.filter((table) => columnOf(table, tenant) !== undefined);
  if (having.length === 0) throw noTable(all, tenant);
  const tables = withReferences(all, asked ?? having);
  const chosen = new Map<DetailedTable, RowChoice>();
  for (const table of tables) {
    const column = columnOf(table, tenant);
    const to = referencedBy(table, all).filter(
      (other) => other !== table && (chosen.get(other)?.kind ?? 'all') !== 'all',
    );
    chosen.set(
      table,
      column !== undefined
        ? { kind: 'tenant', column: column.name, type: column.type, id: tenant.id }
        : to.length > 0
          ? { kind: 'linked', to }
          : { kind: 'all' },
    );
  }
  if (![...chosen.values()].some(({ kind }) => kind === 'tenant')) throw noneOfThese(tables, having, tenant);
  return [...chosen].map(([table, rows]) => ({ table, rows }));
}

/** What is chosen for a tenant, in words, for who is about to restore it. */
export function tenantOutline(
  all: readonly DetailedTable[],
  chosen: readonly ChosenTable[],
  { id, column }: Tenant,
): string[] {
  const of = (kind: RowChoice['kind']): string =>
    chosen.flatMap(({ table, rows }) => (rows.kind === kind ? [nameOf(table)] : [])).join(', ');
  const left = all.filter((table) => !chosen.some((each) => each.table === table)).map(nameOf);
  return [
    `only rows with ${column} ${id}: ${of('tenant')}`,
    ...(of('linked') === '' ? [] : [`only rows whose foreign keys lead to these: ${of('linked')}`]),
    ...(of('all') === '' ? [] : [`whole, without that column: ${of('all')}`]),
    ...(left.length === 0
      ? []
      : [
          `left out, without that column (a generated one does not count; --tables names more): ${left.join(', ')}`,
        ]),
  ];
}

/** DuckDB's names are the same in any case. */
function columnOf(table: DetailedTable, { column }: Tenant) {
  return table.columns.find(({ name }) => name.toLowerCase() === column.toLowerCase());
}

function noTable(all: readonly DetailedTable[], { column }: Tenant): CodedError {
  const allowed = [...new Set(all.flatMap((table) => table.columns.map(({ name }) => name)))].slice(0, 50);
  return new CodedError(
    'invalid-request',
    `No table of the backup stores a column ${JSON.stringify(column)} (one that is generated does not count); the columns stored are ${allowed.join(', ')}.`,
    { facts: { column, allowed } },
  );
}

function noneOfThese(
  tables: readonly DetailedTable[],
  having: readonly DetailedTable[],
  { column }: Tenant,
): CodedError {
  const allowed = having.map(nameOf);
  return new CodedError(
    'invalid-request',
    `None of ${tables.map(nameOf).join(', ')} stores a column ${JSON.stringify(column)} (one that is generated does not count); ${allowed.join(', ')} do.`,
    { facts: { column, allowed } },
  );
}
