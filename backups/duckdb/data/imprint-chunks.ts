import { createHash } from 'node:crypto';
import { addressOf } from '../catalogue/addresses.ts';
import type { Table } from '../catalogue/list-tables.ts';
import type { Database } from '../database.ts';
import { textOf } from '../sql-text.ts';
import type { BlockDigests } from './block-digests.ts';
import { chunkRows } from './fingerprint.ts';
import { listRowGroups, type RowGroup } from './list-row-groups.ts';

/** By number of the chunk; a chunk that is not all in the file has none. */
export type Imprints = ReadonlyMap<number, string>;

/**
 * The imprint of a chunk is the SHA-256 (base64url) of how its rows lie in the file: the types of the columns, the
 * segments of each with the digest of every block that they lie in, and which rows are deleted. Written by the same
 * version of DuckDB and digested under the same key, the same imprint means the same rows in the same order: they need not
 * be decoded to know it.
 *
 * DuckDB never writes into a block that is in use, so what was not changed keeps its imprint. What the log has changed has
 * none, nor have tables whose column types keep values where `pragma_storage_info` does not tell.
 */
export async function imprintChunks(
  database: Database,
  table: Table,
  digests: BlockDigests,
): Promise<Imprints> {
  if (!canBeAsked(database, table)) return none;
  const groups = await listRowGroups(database, table);
  const rows = groups.reduce((sum, group) => sum + group.rows, 0);
  const left = await leftRows(database, table, rows);
  if (left === undefined) return none;
  const digestOf = await digests.current();
  const imprints = new Map<number, string>();
  const types = JSON.stringify(table.columns.map(({ type }) => type));
  for (const [chunk, parts] of partsOf(groups)) {
    const rowsLeft = left(chunk);
    if (rowsLeft === undefined || parts.some(({ group }) => !group.kept)) continue;
    const hash = createHash('sha256').update(`${types} ${rowsLeft}`);
    for (const { group, from } of parts) {
      hash.update(`${from} ${group.rows} ${group.segments}`);
      for (const block of group.blocks) hash.update(digestOf(block));
    }
    imprints.set(chunk, hash.digest('base64url'));
  }
  return imprints;
}

const none: Imprints = new Map();

/** `pragma_storage_info` takes a name's doubled quotes for none at all: it would tell of another table. */
function canBeAsked(database: Database, { schema, name, hidesRowId, columns }: Table): boolean {
  if (hidesRowId || `${database.name}${schema}${name}`.includes('"')) return false;
  return !columns.some(({ type }) => /\b(VARIANT|GEOMETRY)\b/.test(type));
}

/** The row groups that each chunk's rows lie in, and where these begin, counted from the chunk's first row. */
function partsOf(groups: readonly RowGroup[]): Map<number, { group: RowGroup; from: number }[]> {
  const parts = new Map<number, { group: RowGroup; from: number }[]>();
  let from = 0;
  for (const group of groups) {
    const to = from + group.rows;
    for (let chunk = Math.floor(from / chunkRows); chunk * chunkRows < to; chunk++) {
      const listed = parts.get(chunk) ?? [];
      parts.set(chunk, listed);
      listed.push({ group, from: from - chunk * chunkRows });
    }
    from = to;
  }
  return parts;
}

/**
 * What tells which rows of a chunk are left; nothing for one of which none is. Undefined where row ids are not those that
 * the row groups, one after the other, should have.
 */
async function leftRows(
  database: Database,
  table: Table,
  rows: number,
): Promise<((chunk: number) => string | undefined) | undefined> {
  const from = addressOf(database, table);
  const [counted] = await database.rows(
    `SELECT (SELECT count(*) FROM ${from}) AS here, (SELECT count(*) FROM ${from} WHERE rowid >= ${rows}) AS beyond`,
  );
  if (counted?.['beyond'] !== 0n) return undefined;
  if (counted['here'] === BigInt(rows)) return () => 'all';
  const chunks = await database.rows(
    `SELECT rowid // ${chunkRows} AS chunk, count(*) AS rows, sum(hash(rowid)::HUGEINT)::VARCHAR AS sum,
       bit_xor(hash(rowid))::VARCHAR AS xor FROM ${from} GROUP BY 1 ORDER BY 1`,
  );
  const left = new Map(
    chunks.map((each): [number, string] => {
      const [chunk, here] = [Number(each['chunk']), Number(each['rows'])];
      const whole = here === Math.min(chunkRows, rows - chunk * chunkRows);
      return [chunk, whole ? 'all' : `${here} ${textOf(each['sum'])} ${textOf(each['xor'])}`];
    }),
  );
  return (chunk) => left.get(chunk);
}
