import { CodedError } from '../../../errors/coded-error.ts';
import { addressOf } from '../catalogue/list-tables.ts';
import { combine, fingerprintAll, type Fingerprint, sameFingerprint } from '../data/fingerprint.ts';
import type { Database } from '../database.ts';
import type { DetailedTable } from '../manifest.ts';

/**
 * Compares a restored table with its source by number of rows and fingerprint. Hashes of another version of DuckDB are
 * not comparable: then with the rows of the opened objects, whose bytes were proven when they were opened.
 */
export async function proveTable(
  database: Database,
  table: DetailedTable,
  loadedFrom: readonly string[] | undefined,
): Promise<void> {
  const restored = await fingerprintAll(database, addressOf(table), table.columns);
  const expected = loadedFrom
    ? await fingerprintOf(database, table, loadedFrom)
    : combine(table.chunks.map(([, rows, sum, xor]) => ({ rows, sum, xor })));
  if (sameFingerprint(restored, expected)) return;
  throw new CodedError(
    'object-damaged',
    `Table ${table.schema}.${table.name} came back with ${restored.rows} rows (expected ${expected.rows}) and other ` +
      'values than were backed up. Nothing was restored; try another backup.',
    { facts: { table: `${table.schema}.${table.name}`, rows: restored.rows, expected: expected.rows } },
  );
}

async function fingerprintOf(
  database: Database,
  table: DetailedTable,
  selects: readonly string[],
): Promise<Fingerprint> {
  const parts: Fingerprint[] = [];
  for (const select of selects) parts.push(await fingerprintAll(database, `(${select})`, table.columns));
  return combine(parts);
}
