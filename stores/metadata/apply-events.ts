import type { DuckDBConnection } from '@duckdb/node-api';
import { isBackupEvent, type RecordedEvent } from '../../model/recorded-event.ts';
import { duckdbJson } from './duckdb-json.ts';
import { type BackupRow, type EventRow, backupRow, eventRow } from './event-row.ts';
import { recoveryColumns } from './recovery-columns.ts';
import { type RecoveryRow, recoveryRow } from './recovery-row.ts';
import { backupColumns, eventColumns, verificationColumns } from './schema.ts';
import { type VerificationRow, verificationRow } from './verification-row.ts';

/** Rows of a table from one JSON parameter: one statement for a batch of any size. */
function rowsFrom(columns: Readonly<Record<string, string>>): string {
  const names = Object.keys(columns).join(', ');
  return `SELECT ${names} FROM (SELECT unnest(from_json($1::JSON, '${JSON.stringify([columns])}'), recursive := true))`;
}

const insertEvents = `INSERT INTO backup_events ${rowsFrom(eventColumns)} ON CONFLICT (id) DO NOTHING`;
const insertVerifications = `INSERT INTO verifications ${rowsFrom(verificationColumns)} ON CONFLICT (id) DO NOTHING`;

/** A row is replaced by one of a higher precedence alone, so it is the same in whatever order events come. */
function upsert(table: string, columns: Readonly<Record<string, string>>): string {
  const overwritten = Object.keys(columns).filter((column) => column !== 'id');
  return `INSERT INTO ${table} ${rowsFrom(columns)}
    ON CONFLICT (id) DO UPDATE SET ${overwritten.map((column) => `${column} = excluded.${column}`).join(', ')}
    WHERE excluded.precedence > ${table}.precedence`;
}
const upsertBackups = upsert('backup_metadata', backupColumns);
const upsertRecoveries = upsert('recoveries', recoveryColumns);

const setState =
  'INSERT INTO recorder_state VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET value = excluded.value';

/**
 * Records events, and the cursor behind them when given, in one transaction: a process that dies in it leaves both as
 * they were. One call at a time for a connection.
 */
export async function applyEvents(
  connection: DuckDBConnection,
  events: readonly RecordedEvent[],
  cursor?: string,
): Promise<void> {
  const eventRows = new Map<string, EventRow>();
  const backupRows = new Map<string, BackupRow>();
  const recoveryRows = new Map<string, RecoveryRow>();
  const verificationRows = new Map<string, VerificationRow>();
  for (const event of events) {
    if (!isBackupEvent(event)) {
      keepFurthest(recoveryRows, recoveryRow(event));
      continue;
    }
    const entry = eventRow(event);
    if (!eventRows.has(entry.id)) eventRows.set(entry.id, entry);
    const verified = verificationRow(event);
    if (verified !== undefined && !verificationRows.has(verified.id))
      verificationRows.set(verified.id, verified);
    const row = backupRow(event);
    if (row !== undefined) keepFurthest(backupRows, row);
  }
  await inTransaction(connection, async () => {
    await write(connection, insertEvents, eventRows);
    await write(connection, upsertBackups, backupRows);
    await write(connection, upsertRecoveries, recoveryRows);
    await write(connection, insertVerifications, verificationRows);
    if (cursor !== undefined) await connection.run(setState, ['cursor', cursor]);
  });
}

function keepFurthest<Row extends { readonly id: string; readonly precedence: number }>(
  rows: Map<string, Row>,
  row: Row,
): void {
  const known = rows.get(row.id);
  if (known === undefined || row.precedence > known.precedence) rows.set(row.id, row);
}

async function write(
  connection: DuckDBConnection,
  statement: string,
  rows: ReadonlyMap<string, object>,
): Promise<void> {
  if (rows.size > 0) await connection.run(statement, [duckdbJson([...rows.values()])]);
}

async function inTransaction(connection: DuckDBConnection, work: () => Promise<void>): Promise<void> {
  await connection.run('BEGIN TRANSACTION');
  try {
    await work();
    await connection.run('COMMIT');
  } catch (error) {
    await connection.run('ROLLBACK').catch(() => undefined);
    throw error;
  }
}
