import { stat } from 'node:fs/promises';
import { CodedError } from '../../../errors/coded-error.ts';
import { listItems, remadeItems } from '../catalogue/read-catalogue.ts';
import { addressOf } from '../catalogue/addresses.ts';
import type { CatalogueItem } from '../catalogue/catalogue.ts';
import { inOneOrder } from '../catalogue/unordered-lists.ts';
import { combine, fingerprintAll, sameFingerprint } from '../data/fingerprint.ts';
import { type Database, openDatabase } from '../database.ts';
import type { DuckdbDetails } from '../manifest.ts';
import { threadsFor } from '../threads-for.ts';
import { provePlainly } from './prove-table.ts';

/**
 * Opens a restored file, which is nobody else's, anew and compares schema, number of rows and values with those of the
 * manifest. Values are compared by fingerprint where this is the version of DuckDB that took them. Throws
 * `object-damaged`.
 */
export async function compareRestored(
  details: DuckdbDetails,
  file: string,
  { scratch, memoryLimit }: { readonly scratch: string; readonly memoryLimit: string },
): Promise<void> {
  // Not read-only: macros are listed in a transaction that is given up.
  const database = await openDatabase({
    path: file,
    name: details.database,
    memoryLimit,
    threads: threadsFor((await stat(file)).size),
    builtInsFirst: true,
  });
  try {
    const [row] = await database.rows('SELECT version() AS v');
    await compareTables(database, details, row?.['v'] === details.engine);
    if (row?.['v'] === details.engine) await compareCatalogue(database, details, scratch);
  } finally {
    await database.close();
  }
}

async function compareTables(database: Database, details: DuckdbDetails, sameEngine: boolean): Promise<void> {
  for (const table of details.tables) {
    const found = await fingerprintAll(database, addressOf(database, table), table.columns);
    const expected = combine(table.chunks.map(([, rows, sum, xor]) => ({ rows, sum, xor })));
    if (sameEngine ? sameFingerprint(found, expected) : found.rows === expected.rows) continue;
    if (sameEngine && (await provePlainly(database, table))) continue;
    throw different(
      `table ${table.schema}.${table.name} has ${found.rows} rows (expected ${expected.rows}) or other values`,
    );
  }
}

async function compareCatalogue(database: Database, details: DuckdbDetails, scratch: string): Promise<void> {
  const { early, late } = await listItems(database, scratch);
  const comparable = (item: CatalogueItem): string => JSON.stringify({ ...item, sql: inOneOrder(item.sql) });
  const found = new Set([...early, ...late].map(comparable));
  const expected = await remadeItems(database, details.catalogue.items, scratch);
  const missing = expected.find((item) => !found.has(comparable(item)));
  if (missing !== undefined) {
    throw different(`${missing.kind} ${missing.schema}.${missing.name} is missing or another`);
  }
}

function different(what: string): CodedError {
  return new CodedError('object-damaged', `The restored database differs from its source: ${what}.`);
}
