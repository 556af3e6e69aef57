import { asApplication } from '../as-application.ts';
import { type Database, openDatabase } from '../database.ts';
import { quoteName } from '../sql-text.ts';
import { keptAddress } from './addresses.ts';
import type { Catalogue, CatalogueItem } from './catalogue.ts';
import { describeCatalogue, differences } from './describe.ts';
import { listMacros } from './list-macros.ts';
import { listComments, listOwners, listPlainItems } from './list-items.ts';
import { listTables, type Table } from './list-tables.ts';
import { replay, type Replayed } from './replay.ts';

/**
 * The catalogue of a database that is our own copy, with its tables. The SQL is proven at once: it is run on an empty
 * database, and what that then holds is compared with the source.
 */
export async function readCatalogue(
  database: Database,
  scratch: string,
): Promise<{ readonly catalogue: Catalogue; readonly tables: readonly Table[] }> {
  const { early, late, tables, macros, withoutDefaults } = await listItems(database, scratch);
  return withTrial(database, early, async (trial, first) => {
    const refused = first.failed.filter(({ kind }) => kind === 'table');
    const others = first.failed.filter(({ kind }) => kind !== 'table');
    // Views on such a table are made with it.
    const again = await replay(trial, [...bareTables(database, tables, refused), ...others]);
    const second = await replay(trial, late);
    const broken = [...refused, ...again.failed, ...second.failed];
    const told = new Set(broken.map(({ kind, schema, name }) => JSON.stringify([kind, schema, name])));
    const here = await describeCatalogue(database, { macros, except: told });
    // Of two macros of one name, one may be there.
    const there = await describeCatalogue(trial, { macros, except: told });
    return {
      catalogue: {
        items: [...first.made, ...again.made, ...second.made],
        broken,
        differences: [...differences(here, there), ...withoutDefaults.map(lacking)],
      },
      tables,
    };
  });
}

function lacking(reason: string): string {
  return `missing: default values of the parameters of all macros, which could not be told: ${reason}`;
}

/** The tables with their columns and these' types alone, so that their rows can be restored. */
function bareTables(
  database: Database,
  tables: readonly Table[],
  refused: readonly CatalogueItem[],
): CatalogueItem[] {
  return refused.flatMap(({ kind, schema, name }) => {
    const table = tables.find((each) => each.schema === schema && each.name === name);
    const columns = table?.columns.map((column) => `${quoteName(column.name)} ${column.type}`).join(', ');
    const address = keptAddress(database, { schema, name });
    return columns === undefined
      ? []
      : [{ kind, schema, name, sql: `CREATE TABLE ${address} (${columns});` }];
  });
}

/**
 * The items as they are listed when they have been made once. DuckDB writes some SQL otherwise when it has read its own
 * (`"DOUBLE"` for DOUBLE): only what was made equally often is comparable.
 */
export function remadeItems(
  database: Database,
  items: readonly CatalogueItem[],
  scratch: string,
): Promise<readonly CatalogueItem[]> {
  return withTrial(database, items, async (trial) => {
    const { early, late } = await listItems(trial, scratch);
    return [...early, ...late];
  });
}

async function withTrial<T>(
  { name }: Pick<Database, 'name'>,
  items: readonly CatalogueItem[],
  use: (trial: Database, replayed: Replayed) => Promise<T>,
): Promise<T> {
  const trial = await openDatabase({ path: ':memory:', name, memoryLimit: '128MB', builtInsFirst: true });
  try {
    return await use(trial, await replay(trial, items));
  } finally {
    await trial.close();
  }
}

/** All of them, whether or not they can be made: those before the data, then those after it. */
export async function listItems(
  database: Database,
  scratch: string,
): Promise<{
  readonly early: readonly CatalogueItem[];
  readonly late: readonly CatalogueItem[];
  readonly tables: readonly Table[];
  /** Whether there are any. */
  readonly macros: boolean;
  /** Why macros come without default values; empty where they have them. */
  readonly withoutDefaults: readonly string[];
}> {
  const tables = await asApplication(database, () => listTables(database));
  const plain = await listPlainItems(database);
  const of = (...kinds: CatalogueItem['kind'][]): CatalogueItem[] =>
    plain.filter((item) => kinds.includes(item.kind));
  const { declared, items: macroItems, withoutDefaults } = await listMacros(database, tables, scratch);
  const macros = declared > 0;
  const early = [
    ...of('schema', 'type'),
    ...macroItems,
    ...of('sequence'),
    ...tables.map(({ schema, name, sql }): CatalogueItem => ({ kind: 'table', schema, name, sql })),
    ...of('view'),
  ];
  const late = [
    ...(await listOwners(database)),
    ...of('index'),
    ...(await listComments(database, { macros })),
  ];
  return {
    early,
    late,
    tables,
    macros,
    withoutDefaults: withoutDefaults === undefined ? [] : [withoutDefaults],
  };
}
