import { recoveryColumns } from './recovery-columns.ts';

/** Raised whenever a table or the meaning of a column changes; a file of another version is made again. */
export const schemaVersion = '3';

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

/** A verification, by its own id. `problem` is what `findings` begins with, in one line. */
export const verificationColumns = {
  id: 'VARCHAR',
  backup_id: 'VARCHAR',
  type: 'VARCHAR',
  level: 'INTEGER',
  reached: 'INTEGER',
  result: 'VARCHAR',
  problem: 'VARCHAR',
  findings: 'JSON',
  finding_count: 'BIGINT',
  notes: 'JSON',
  error_code: 'VARCHAR',
  error_message: 'VARCHAR',
  started: 'TIMESTAMP',
  ended: 'TIMESTAMP',
  duration_ms: 'BIGINT',
  bytes: 'BIGINT',
  objects: 'BIGINT',
  manifests: 'BIGINT',
  schedule: 'VARCHAR',
  requested_by: 'VARCHAR',
  requested_at: 'TIMESTAMP',
  reason: 'VARCHAR',
  worker: 'VARCHAR',
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
 * Backups that a verification found damaged, with what it found, until a later one passes at that level or a higher one:
 * what only a restore shows is not cleared by a look at checksums.
 */
const damagedBackups = `CREATE VIEW damaged_backups AS
  WITH found AS (SELECT backup_id, id, reached, ended, problem FROM verifications WHERE result = 'damaged'),
       passed AS (SELECT backup_id, id, reached, ended FROM verifications
                  WHERE result = 'passed' AND backup_id IN (SELECT backup_id FROM found))
  SELECT backup_id, arg_max(coalesce(problem, 'no reason given'), (ended, id)) AS damage FROM found
  WHERE NOT EXISTS (SELECT 1 FROM passed WHERE passed.backup_id = found.backup_id AND passed.reached >= found.reached
                    AND (passed.ended, passed.id) > (found.ended, found.id))
  GROUP BY backup_id`;

/** Damaged backups, and those that build on one: `id` cannot be relied on because `damaged` is. */
const unsoundBackups = `CREATE VIEW unsound_backups AS
  WITH RECURSIVE unsound(id, damaged, damage) AS (
    SELECT backup_id, backup_id, damage FROM damaged_backups
    UNION SELECT child.id, unsound.damaged, unsound.damage
          FROM backup_metadata child JOIN unsound ON child.parent_id = unsound.id
  ) SELECT id, damaged, damage FROM unsound`;

/**
 * Everything in a new file, in order. There is no index beside the keys: a row is updated in place, and a scan of
 * 100,000 rows takes a few milliseconds.
 */
export const statements: readonly string[] = [
  'CREATE TABLE recorder_state (id VARCHAR PRIMARY KEY, value VARCHAR)',
  table('backup_metadata', backupColumns),
  table('backup_events', eventColumns),
  table('recoveries', recoveryColumns),
  table('verifications', verificationColumns),
  damagedBackups,
  unsoundBackups,
  `CREATE VIEW parquet_replication AS
     SELECT id AS backup_id, start_time, end_time, status, objects, plain_bytes, backup_size_bytes, backup_location,
            checksum, parent_id
     FROM backup_metadata WHERE backup_type = 'parquet'`,
  `CREATE VIEW kms_key_backups AS
     SELECT id AS backup_id, tenant_id, start_time, end_time, status, backup_location, checksum
     FROM backup_metadata WHERE backup_type = 'kms'`,
];
