import { CodedError } from '../../../errors/coded-error.ts';
import { addressOf } from '../catalogue/addresses.ts';
import { combine, fingerprintAll, type Fingerprint, sameFingerprint } from '../data/fingerprint.ts';
import type { Database } from '../database.ts';
import type { DetailedTable } from '../manifest.ts';
import type { Proof } from './prove-table.ts';
import { nameOf } from './choose-tables.ts';
import { split } from './select-rows.ts';

/**
 * Proves a table of which some rows were restored, and returns how many these are: they and the rows that were left in
 * the opened objects make together the table that was backed up, none missing, none changed, none twice; and every one of
 * them is one that was to be restored. Throws `object-damaged`.
 */
export async function provePart(
  database: Database,
  table: DetailedTable,
  part: {
    readonly condition: string;
    /** The whole table, as it lies in the opened objects. */
    readonly selects: readonly string[];
    /** Fingerprints of the manifest are comparable with those of this DuckDB. */
    readonly sameEngine: boolean;
  },
): Promise<{ readonly proof: Proof; readonly rows: number }> {
  const { condition, selects, sameEngine } = part;
  const how = async (kind: 'exact' | 'plain') => {
    const print = (from: string) => fingerprintAll(database, from, table.columns, kind);
    const restored = await print(addressOf(database, table));
    const left: Fingerprint[] = [];
    const all: Fingerprint[] = [];
    for (const select of selects) {
      left.push(await print(`(${split(select, condition).left})`));
      if (!sameEngine) all.push(await print(`(${select})`));
    }
    return { restored, whole: combine([restored, ...left]), all: combine(all) };
  };
  const { restored, whole, all } = await how('exact');
  const stored = combine(table.chunks.map(([, rows, sum, xor]) => ({ rows, sum, xor })));
  await proveOwn(database, table, condition);
  if (sameFingerprint(whole, sameEngine ? stored : all)) return { proof: 'exact', rows: restored.rows };
  if (table.plain !== null) {
    const plain = await how('plain');
    const [sum, xor] = table.plain;
    const expected = sameEngine ? { rows: table.rows, sum, xor } : plain.all;
    if (sameFingerprint(plain.whole, expected)) return { proof: 'signs unified', rows: restored.rows };
  }
  throw damaged(
    table,
    `the ${restored.rows} rows that came back and those left out are not what was backed up`,
  );
}

async function proveOwn(database: Database, table: DetailedTable, condition: string): Promise<void> {
  const [row] = await database.rows(
    `SELECT count(*) AS strangers FROM ${addressOf(database, table)} s WHERE (${condition}) IS NOT TRUE`,
  );
  if (row?.['strangers'] !== 0n) throw damaged(table, 'rows came back that were not to');
}

function damaged(table: DetailedTable, what: string): CodedError {
  return new CodedError(
    'object-damaged',
    `Table ${nameOf(table)}: ${what}. Nothing was restored; try another backup.`,
    { facts: { table: nameOf(table) } },
  );
}
