import { CodedError } from '../../../errors/coded-error.ts';
import { addressOf } from '../catalogue/addresses.ts';
import { combine, fingerprintAll, type Fingerprint, sameFingerprint } from '../data/fingerprint.ts';
import type { Database } from '../database.ts';
import type { DetailedTable } from '../manifest.ts';

/** `signs unified`: equal, but for signs of zeros or NaNs, of which DuckDB's compression has made one. */
export type Proof = 'exact' | 'signs unified';

/**
 * Compares a restored table with its source by number of rows and fingerprint. Hashes of another version of DuckDB are
 * not comparable: then with the rows of the opened objects, whose bytes were proven when they were opened. Throws
 * `object-damaged`.
 */
export async function proveTable(
  database: Database,
  table: DetailedTable,
  loadedFrom: readonly string[] | undefined,
): Promise<Proof> {
  const restored = await fingerprintAll(database, addressOf(database, table), table.columns);
  const expected = loadedFrom
    ? await fingerprintOf(database, table, { selects: loadedFrom, how: 'exact' })
    : combine(table.chunks.map(([, rows, sum, xor]) => ({ rows, sum, xor })));
  if (sameFingerprint(restored, expected)) return 'exact';
  if (await provePlainly(database, table, loadedFrom)) return 'signs unified';
  throw new CodedError(
    'object-damaged',
    `Table ${table.schema}.${table.name} came back with ${restored.rows} rows (expected ${expected.rows}) and other ` +
      'values than were backed up. Nothing was restored; try another backup.',
    { facts: { table: `${table.schema}.${table.name}`, rows: restored.rows, expected: expected.rows } },
  );
}

/** Whether the table is the same but for signs of zeros and NaNs, where it had any. */
export async function provePlainly(
  database: Database,
  table: DetailedTable,
  loadedFrom?: readonly string[],
): Promise<boolean> {
  if (table.plain === null) return false;
  const [sum, xor] = table.plain;
  const expected = loadedFrom
    ? await fingerprintOf(database, table, { selects: loadedFrom, how: 'plain' })
    : { rows: table.rows, sum, xor };
  const restored = await fingerprintAll(database, addressOf(database, table), table.columns, 'plain');
  return sameFingerprint(restored, expected);
}

async function fingerprintOf(
  database: Database,
  table: DetailedTable,
  { selects, how }: { readonly selects: readonly string[]; readonly how: 'exact' | 'plain' },
): Promise<Fingerprint> {
  const parts: Fingerprint[] = [];
  for (const select of selects) parts.push(await fingerprintAll(database, `(${select})`, table.columns, how));
  return combine(parts);
}
