import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { ask } from './ask.ts';
import type { BackupRecord } from './port.ts';
import { backupRecord } from './record.ts';
import { lastVerifications } from './verifications.ts';

/** Runs a question that selects `recordColumns`, and adds to each backup how it was last verified. */
export async function askForRecords(
  connection: DuckDBConnection,
  question: { readonly sql: string; readonly values?: readonly DuckDBValue[] },
): Promise<readonly BackupRecord[]> {
  const rows = await ask(connection, question, backupRecord);
  const last = await lastVerifications(
    connection,
    rows.map(({ id }) => id),
  );
  return rows.map((row) => ({ ...row, lastVerification: last.get(row.id) ?? null }));
}
