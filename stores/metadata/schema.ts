import { recoveryColumns } from './recovery-columns.ts';

/** Raised whenever a table or the meaning of a column changes; a file of another version is made again. */
export const schemaVersion = '2';

/**
 * The specification's columns, then the design's, then what recording needs: `backup_order` (the latest attempt as JSON),
 * `interrupted`, and `precedence` (which of two events of a backup decides its row).
 */
export const backupColumns = {
  id: 'VARCHAR',
  backup_type: 'VARCHAR',
  backup_scope: 'VARCHAR',
  start_time: 'TIMESTAMP',
  end_time: 'TIMESTAMP',
  status: 'VARCHAR',
  backup_size_bytes: 'BIGINT',
  backup_location: 'VARCHAR',
  checksum: 'VARCHAR',
  requested_at: 'TIMESTAMP',
  plain_bytes: 'BIGINT',
  objects: 'BIGINT',
  schedule: 'VARCHAR',
  slot: 'TIMESTAMP',
  tenant_id: 'VARCHAR',
  trigger: 'VARCHAR',
  requested_by: 'VARCHAR',
  attempt: 'INTEGER',
  error_code: 'VARCHAR',
  error_message: 'VARCHAR',
  compression: 'VARCHAR',
  encryption: 'VARCHAR',
  retention_until: 'TIMESTAMP',
  parent_id: 'VARCHAR',
  fencing_token: 'BIGINT',
  worker: 'VARCHAR',
  reason: 'VARCHAR',
  note: 'VARCHAR',
  interrupted: 'BOOLEAN',
  backup_order: 'JSON',
  precedence: 'BIGINT',
} as const;

/** `id` is the same for every delivery of an event. */
export const eventColumns = {
  id: 'VARCHAR',
  backup_id: 'VARCHAR',
  attempt: 'INTEGER',
  kind: 'VARCHAR',
  occurred_at: 'TIMESTAMP',
  fencing_token: 'BIGINT',
  interrupted: 'BOOLEAN',
  event: 'JSON',
} as const;

export type Cell = string | number | boolean | object | null;
export type RowOf<Columns> = Readonly<Record<keyof Columns, Cell>>;

function table(name: string, columns: Readonly<Record<string, string>>): string {
  const lines = Object.entries(columns).map(
    ([column, type]) => `${column} ${type}${column === 'id' ? ' PRIMARY KEY' : ''}`,
  );
  return `CREATE TABLE ${name} (${lines.join(', ')})`;
}

/**
 * Everything in a new file, in order. There is no index beside the keys: a row is updated in place, and a scan of
 * 100,000 rows takes a few milliseconds.
 */
export const statements: readonly string[] = [
  'CREATE TABLE recorder_state (id VARCHAR PRIMARY KEY, value VARCHAR)',
  table('backup_metadata', backupColumns),
  table('backup_events', eventColumns),
  table('recoveries', recoveryColumns),
  `CREATE VIEW parquet_replication AS
     SELECT id AS backup_id, start_time, end_time, status, objects, plain_bytes, backup_size_bytes, backup_location,
            checksum, parent_id
     FROM backup_metadata WHERE backup_type = 'parquet'`,
  `CREATE VIEW kms_key_backups AS
     SELECT id AS backup_id, tenant_id, start_time, end_time, status, backup_location, checksum
     FROM backup_metadata WHERE backup_type = 'kms'`,
];
