import { CodedError } from '../../../errors/coded-error.ts';
import type { DetailedTable } from '../manifest.ts';

/** The tables of these names, `name` or `schema.name`. Throws `invalid-request` for one that there is not. */
export function namedTables(all: readonly DetailedTable[], names: readonly string[]): DetailedTable[] {
  return names.flatMap((name) => {
    const found = all.filter((table) => name === table.name || name === nameOf(table));
    if (found.length > 0) return found;
    throw new CodedError('invalid-request', `The backup has no table ${JSON.stringify(name)}.`, {
      facts: { table: name, allowed: all.map(nameOf) },
    });
  });
}

/** They and the tables that their foreign keys name, in the order of all. */
export function withReferences(
  all: readonly DetailedTable[],
  tables: readonly DetailedTable[],
): DetailedTable[] {
  const chosen = new Set<DetailedTable>();
  const add = (table: DetailedTable): void => {
    if (chosen.has(table)) return;
    chosen.add(table);
    referencedBy(table, all).forEach(add);
  };
  tables.forEach(add);
  return all.filter((table) => chosen.has(table));
}

/** The tables that its foreign keys name; itself, where one names it. */
export function referencedBy(table: DetailedTable, all: readonly DetailedTable[]): DetailedTable[] {
  return table.references.flatMap(
    (name) => all.find((each) => each.schema === table.schema && each.name === name) ?? [],
  );
}

export function nameOf({ schema, name }: Pick<DetailedTable, 'schema' | 'name'>): string {
  return `${schema}.${name}`;
}
