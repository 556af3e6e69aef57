import { CodedError } from '../../../errors/coded-error.ts';
import type { CatalogueItem } from '../catalogue/catalogue.ts';
import type { DetailedTable, DuckdbDetails } from '../manifest.ts';

export interface Chosen {
  readonly tables: readonly DetailedTable[];
  /** Made before the rows come in. */
  readonly early: readonly CatalogueItem[];
  /** Made after it: an index is built faster at once. */
  readonly late: readonly CatalogueItem[];
  /** True when everything was asked for: then everything must succeed. */
  readonly whole: boolean;
}

const lateKinds = new Set<CatalogueItem['kind']>(['index', 'owner', 'comment']);

/**
 * What is restored when these tables are asked for (`name` or `schema.name`; all when undefined): they, the tables that
 * their foreign keys name, and whatever else of the catalogue can be made with them.
 */
export function chooseItems(details: DuckdbDetails, asked: readonly string[] | undefined): Chosen {
  const tables = asked === undefined ? details.tables : withReferences(details.tables, asked);
  const kept = new Set(tables.map((table) => `${table.schema}.${table.name}`));
  const items = details.catalogue.items.filter(
    ({ kind, schema, name }) => kind !== 'table' || kept.has(`${schema}.${name}`),
  );
  return {
    tables,
    early: items.filter(({ kind }) => !lateKinds.has(kind)),
    late: items.filter(({ kind }) => lateKinds.has(kind)),
    whole: asked === undefined,
  };
}

function withReferences(all: readonly DetailedTable[], asked: readonly string[]): DetailedTable[] {
  const chosen = new Set<DetailedTable>();
  const add = (table: DetailedTable): void => {
    if (chosen.has(table)) return;
    chosen.add(table);
    for (const name of table.references) {
      const target = all.find((each) => each.schema === table.schema && each.name === name);
      if (target) add(target);
    }
  };
  for (const name of asked) {
    const found = all.filter((table) => name === table.name || name === `${table.schema}.${table.name}`);
    if (found.length === 0) {
      throw new CodedError('invalid-request', `The backup has no table ${JSON.stringify(name)}.`, {
        facts: { table: name, allowed: all.map((table) => `${table.schema}.${table.name}`) },
      });
    }
    found.forEach(add);
  }
  return all.filter((table) => chosen.has(table));
}
