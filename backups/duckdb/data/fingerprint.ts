import { type Column, type Table } from '../catalogue/list-tables.ts';
import { addressOf } from '../catalogue/list-tables.ts';
import type { Database } from '../database.ts';
import { quoteName, textOf } from '../sql-text.ts';

/** Rows of a row group, by `rowid // 122880`. */
export const chunkRows = 122_880;

/** Of any set of rows, whatever their order: how many, the sum and the xor of their hashes (decimal). */
export interface Fingerprint {
  readonly rows: number;
  readonly sum: string;
  readonly xor: string;
}

export interface ChunkFingerprint extends Fingerprint {
  readonly chunk: number;
}

/** A column of that name hides the row's own id: such a table is one chunk. */
export function hidesRowId(columns: readonly Column[]): boolean {
  return columns.some(({ name }) => name.toLowerCase() === 'rowid');
}

/** Of every row group of a table that has rows, in order. */
export async function fingerprintChunks(database: Database, table: Table): Promise<ChunkFingerprint[]> {
  const chunk = hidesRowId(table.columns) ? '0' : `rowid // ${chunkRows}`;
  const rows = await database.rows(
    `SELECT ${chunk} AS chunk, ${aggregates(table.columns)} FROM ${addressOf(table)} GROUP BY 1 ORDER BY 1`,
  );
  return rows.map((row) => ({ chunk: Number(row['chunk']), ...read(row) }));
}

/** Of all rows that a table, a view or a subquery gives. */
export async function fingerprintAll(
  database: Database,
  from: string,
  columns: readonly Column[],
): Promise<Fingerprint> {
  const [row] = await database.rows(`SELECT ${aggregates(columns)} FROM ${from}`);
  return row && row['rows'] !== 0n ? read(row) : nothing;
}

const nothing: Fingerprint = { rows: 0, sum: '0', xor: '0' };

export function combine(parts: readonly Fingerprint[]): Fingerprint {
  let [rows, sum, xor] = [0, 0n, 0n];
  for (const part of parts) {
    rows += part.rows;
    sum += BigInt(part.sum);
    xor ^= BigInt(part.xor);
  }
  return { rows, sum: sum.toString(), xor: xor.toString() };
}

export function sameFingerprint(one: Fingerprint, other: Fingerprint): boolean {
  return one.rows === other.rows && one.sum === other.sum && one.xor === other.xor;
}

function read(row: Record<string, unknown>): Fingerprint {
  return { rows: Number(row['rows']), sum: textOf(row['sum']), xor: textOf(row['xor']) };
}

function aggregates(columns: readonly Column[]): string {
  const terms = columns.map(({ name, type }) => hashed(quoteName(name), type));
  const hash = (list: readonly string[]): string => `hash(${list.join(', ')})`;
  return (
    `count(*) AS rows, sum(${hash(terms)}::HUGEINT)::VARCHAR AS sum, ` +
    `bit_xor(${hash([...terms].reverse())})::VARCHAR AS xor`
  );
}

/** hash() takes 0.0 for -0.0, 1 month for 30 days, and NULL for [] and {NULL}: what tells them apart is hashed too. */
function hashed(name: string, type: string): string {
  if (type === 'DOUBLE' || type === 'FLOAT') return `${name}, signbit(${name})`;
  const simple = /^[A-Z0-9_ ]+$|^DECIMAL\([0-9,]+\)$|^ENUM\(/.test(type) && !type.endsWith(']');
  return simple && type !== 'INTERVAL' && type !== 'VARIANT' && type !== 'GEOMETRY'
    ? name
    : `${name}, ${name}::VARCHAR`;
}
