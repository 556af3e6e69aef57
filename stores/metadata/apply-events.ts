import type { DuckDBConnection } from '@duckdb/node-api';
import type { BackupEvent } from '../../model/backup-event.ts';
import { type BackupRow, type EventRow, backupRow, eventRow } from './event-row.ts';
import { backupColumns, eventColumns } from './schema.ts';

/** Rows of a table from one JSON parameter: one statement for a batch of any size. */
function rowsFrom(columns: Readonly<Record<string, string>>): string {
  const names = Object.keys(columns).join(', ');
  return `SELECT ${names} FROM (SELECT unnest(from_json($1::JSON, '${JSON.stringify([columns])}'), recursive := true))`;
}

const insertEvents = `INSERT INTO backup_events ${rowsFrom(eventColumns)} ON CONFLICT (id) DO NOTHING`;

const overwritten = Object.keys(backupColumns).filter((column) => column !== 'id');
const upsertBackups = `INSERT INTO backup_metadata ${rowsFrom(backupColumns)}
  ON CONFLICT (id) DO UPDATE SET ${overwritten.map((column) => `${column} = excluded.${column}`).join(', ')}
  WHERE excluded.precedence > backup_metadata.precedence`;

const setState =
  'INSERT INTO recorder_state VALUES ($1, $2) ON CONFLICT (id) DO UPDATE SET value = excluded.value';

/**
 * Records events, and the cursor behind them when given, in one transaction: a process that dies in it leaves both as
 * they were. One call at a time for a connection.
 */
export async function applyEvents(
  connection: DuckDBConnection,
  events: readonly BackupEvent[],
  cursor?: string,
): Promise<void> {
  const eventRows = new Map<string, EventRow>();
  const backupRows = new Map<string, BackupRow>();
  for (const event of events) {
    const entry = eventRow(event);
    if (!eventRows.has(entry.id)) eventRows.set(entry.id, entry);
    const row = backupRow(event);
    if (row === undefined) continue;
    const known = backupRows.get(row.id);
    if (known === undefined || row.precedence > known.precedence) backupRows.set(row.id, row);
  }
  await inTransaction(connection, async () => {
    if (eventRows.size > 0) await connection.run(insertEvents, [JSON.stringify([...eventRows.values()])]);
    if (backupRows.size > 0) await connection.run(upsertBackups, [JSON.stringify([...backupRows.values()])]);
    if (cursor !== undefined) await connection.run(setState, ['cursor', cursor]);
  });
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
