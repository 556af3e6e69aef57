import type { Selection } from '../../backup-restorer.ts';
import type { CatalogueItem } from '../catalogue/catalogue.ts';
import type { DetailedTable, DuckdbDetails } from '../manifest.ts';
import { namedTables, withReferences } from './choose-tables.ts';
import { chooseTenantTables } from './choose-tenant.ts';
import type { ChosenTable } from './chosen-table.ts';

export interface Chosen {
  /** Referenced ones before those that refer to them. */
  readonly tables: readonly ChosenTable[];
  /** Made before the rows come in. */
  readonly early: readonly CatalogueItem[];
  /** Made after it: an index is built faster at once. */
  readonly late: readonly CatalogueItem[];
  /** What could not be made at the backup, and is not tried again. */
  readonly broken: DuckdbDetails['catalogue']['broken'];
  /** True when everything was asked for: then everything must succeed. */
  readonly whole: boolean;
}

const lateKinds = new Set<CatalogueItem['kind']>(['index', 'owner', 'comment']);

/**
 * What is restored of a selection: the tables (see `chooseTables` and `chooseTenantTables`), and whatever else of the
 * catalogue can be made with them. Throws `invalid-request` for tables or a column that there are not.
 */
export function chooseItems(details: DuckdbDetails, selection: Selection): Chosen {
  const tables = chooseTables(details.tables, selection);
  const kept = new Set(tables.map(({ table }) => JSON.stringify([table.schema, table.name])));
  const isKept = ({ kind, schema, name }: CatalogueItem): boolean =>
    kind !== 'table' || kept.has(JSON.stringify([schema, name]));
  const items = details.catalogue.items.filter(isKept);
  const { broken } = details.catalogue;
  return {
    tables,
    early: [
      ...items.filter(({ kind }) => !lateKinds.has(kind)),
      // The files that one reads may be on this machine.
      ...broken
        .filter(mayFail)
        .map(({ kind, schema, name, sql }): CatalogueItem => ({ kind, schema, name, sql })),
    ],
    late: items.filter(({ kind }) => lateKinds.has(kind)),
    broken: broken.filter((item) => !mayFail(item) && isKept(item)),
    whole: selection.tables === undefined && selection.tenant === undefined,
  };
}

/** A view or a macro may read what is not on this machine. */
export function mayFail({ kind }: Pick<CatalogueItem, 'kind'>): boolean {
  return kind === 'view' || kind === 'macro';
}

/** All tables; or those that are named (`name` or `schema.name`), and those that their foreign keys name. */
function chooseTables(all: readonly DetailedTable[], { tables, tenant }: Selection): ChosenTable[] {
  const asked = tables === undefined ? undefined : namedTables(all, tables);
  if (tenant !== undefined) return chooseTenantTables(all, asked, tenant);
  const chosen = asked === undefined ? all : withReferences(all, asked);
  return chosen.map((table) => ({ table, rows: { kind: 'all' } }));
}
