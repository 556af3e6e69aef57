import type { Database } from '../database.ts';
import { quoteName } from '../sql-text.ts';

interface Named {
  readonly schema: string;
  readonly name: string;
}

/**
 * The name of a table, view, … with schema and catalog: without that, DuckDB refuses a schema that is named as a
 * catalog is.
 */
export function addressOf(database: Pick<Database, 'name'>, { schema, name }: Named): string {
  return `${quoteName(database.name)}.${quoteName(schema)}.${quoteName(name)}`;
}

/** The name in SQL that is kept: without the catalog wherever DuckDB knows what is meant. */
export function keptAddress(database: Pick<Database, 'name'>, named: Named): string {
  return isAmbiguous(database, named.schema)
    ? addressOf(database, named)
    : `${quoteName(named.schema)}.${quoteName(named.name)}`;
}

/** SQL of DuckDB's own making, which names no catalog: `CREATE TABLE s.t(…`, `CREATE INDEX i ON s.t(…`. */
export function qualified(database: Pick<Database, 'name'>, schema: string, sql: string): string {
  if (!isAmbiguous(database, schema)) return sql;
  return sql.replace(/^CREATE (?:TABLE|VIEW|(?:UNIQUE )?INDEX (?:"(?:[^"]|"")*"|[^\s"]+) ON) /, (begin) => {
    return `${begin}${quoteName(database.name)}.`;
  });
}

/** Foreign keys take no name with a catalog: with the schema in use, and plain names. */
export function withinSchema(database: Pick<Database, 'name'>, schema: string, sql: string): string {
  return `USE ${quoteName(database.name)}.${quoteName(schema)}; ${sql} USE ${quoteName(database.name)}.main;`;
}

export function isAmbiguous(database: Pick<Database, 'name'>, schema: string): boolean {
  return [database.name, 'temp', 'system'].some((name) => name.toLowerCase() === schema.toLowerCase());
}
