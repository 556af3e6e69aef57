import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { z } from 'zod';
import { CodedError } from '../../errors/coded-error.ts';
import { ask } from './ask.ts';
import type { BackupRecord, HistoryQuery } from './port.ts';
import { recordColumns, records, shownStatus } from './record.ts';
import { askForRecords } from './ask-for-records.ts';

/** When a backup began, or was asked for while it has not. */
const began = 'coalesce(start_time, requested_at)';

/** A page of the history, newest first. Throws `invalid-request` when `after` names no backup. */
export async function history(
  connection: DuckDBConnection,
  query: HistoryQuery,
): Promise<readonly BackupRecord[]> {
  if (query.after !== undefined) await mustExist(connection, query.after);
  const conditions: string[] = [];
  const values: DuckDBValue[] = [];
  const where = (condition: string, value: DuckDBValue | undefined) => {
    if (value === undefined) return;
    values.push(value);
    conditions.push(condition.replaceAll('?', `$${values.length}`));
  };
  where('backup_type = ?', query.backupType);
  where(`${shownStatus} = ?`, query.status);
  where('lower(tenant_id) = lower(?)', query.tenantId);
  where(`${began} >= ?::TIMESTAMP`, query.from);
  where(`${began} < ?::TIMESTAMP`, query.to);
  where(`(${began}, id) < (SELECT (${began}, id) FROM backup_metadata WHERE id = ?)`, query.after);
  values.push(BigInt(query.limit));
  const limit = `$${values.length}::BIGINT`;
  const filter = conditions.length === 0 ? 'true' : conditions.join(' AND ');
  // Sorting whole rows of 100,000 backups costs 20 ms; finding the time of the page's last one first, a quarter of it.
  const sql = `SELECT ${recordColumns} FROM ${records}
    WHERE ${filter} AND ${began} >= (
      SELECT min(newest) FROM (SELECT unnest(max(${began}, ${limit})) AS newest FROM ${records} WHERE ${filter}))
    ORDER BY ${began} DESC, id DESC LIMIT ${limit}`;
  return askForRecords(connection, { sql, values });
}

async function mustExist(connection: DuckDBConnection, id: string): Promise<void> {
  const sql = 'SELECT id FROM backup_metadata WHERE id = $1';
  const [found] = await ask(connection, { sql, values: [id] }, z.object({ id: z.string() }));
  if (found === undefined) {
    throw new CodedError(
      'invalid-request',
      `The page cursor ${id} names no backup; begin again without it.`,
      {
        facts: { cursor: id },
      },
    );
  }
}
