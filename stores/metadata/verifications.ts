import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { backupType } from '../../model/backup-kind.ts';
import { finding, verificationLevel, verificationResult } from '../../model/verification.ts';
import { ask } from './ask.ts';
import type { DamagedChain, LastVerification, Verifiable, VerificationRecord } from './port.ts';

const count = z.bigint().transform(Number);
const json = z.string().transform((text): unknown => JSON.parse(text));
const iso = (column: string): string => `strftime(${column}, '%Y-%m-%dT%H:%M:%S.%gZ')`;
const level = z.int().pipe(verificationLevel);

const record = z.object({
  id: z.string(),
  backupId: z.string(),
  backupType,
  level,
  reached: level,
  result: verificationResult,
  findings: json.pipe(z.array(finding)),
  findingCount: count,
  notes: json.pipe(z.array(z.string())),
  errorCode: z.string().nullable(),
  errorMessage: z.string().nullable(),
  startTime: z.string(),
  endTime: z.string(),
  durationMs: count,
  bytes: count,
  objects: count,
  manifests: count,
  schedule: z.string().nullable(),
  requestedBy: z.string(),
  requestedAt: z.string(),
  reason: z.string(),
  worker: z.string(),
});

/** Verifications of a backup, newest first. */
export async function verificationsOf(
  reader: DuckDBConnection,
  backupId: string,
  limit: number,
): Promise<readonly VerificationRecord[]> {
  const sql = `SELECT id, backup_id AS "backupId", type AS "backupType", level, reached, result, findings,
      finding_count AS "findingCount", notes, error_code AS "errorCode", error_message AS "errorMessage",
      ${iso('started')} AS "startTime", ${iso('ended')} AS "endTime", duration_ms AS "durationMs", bytes, objects,
      manifests, schedule, requested_by AS "requestedBy", ${iso('requested_at')} AS "requestedAt", reason, worker
    FROM verifications WHERE backup_id = $1 ORDER BY ended DESC, id DESC LIMIT $2::BIGINT`;
  return ask(reader, { sql, values: [backupId, BigInt(limit)] }, record);
}

const lastRow = z.object({
  backupId: z.string(),
  id: z.string(),
  level,
  reached: level,
  result: verificationResult,
  endTime: z.string(),
});

/** The newest verification of each of these backups, where there is one. */
export async function lastVerifications(
  reader: DuckDBConnection,
  ids: readonly string[],
): Promise<ReadonlyMap<string, LastVerification>> {
  if (ids.length === 0) return new Map();
  const sql = `SELECT backup_id AS "backupId", last.id, last.level, last.reached, last.result, ${iso('last.ended')} AS "endTime"
    FROM (SELECT backup_id, max({ended: ended, id: id, level: level, reached: reached, result: result}) AS last
          FROM verifications WHERE backup_id IN (SELECT unnest(from_json($1::JSON, '["VARCHAR"]'))) GROUP BY backup_id)`;
  const rows = await ask(reader, { sql, values: [JSON.stringify(ids)] }, lastRow);
  return new Map(rows.map(({ backupId, ...last }) => [backupId, last]));
}

const verifiableRow = z.object({
  backupId: z.string(),
  backupType,
  tenantId: z.string().nullable(),
  startedAt: count,
  completedAt: count,
  ...{ done1: count.nullable(), done2: count.nullable(), done3: count.nullable() },
  ...{ failed1: count.nullable(), failed2: count.nullable(), failed3: count.nullable() },
});

/**
 * What puts completed backups in the order in which they were taken: the fencing token never falls, and between two start
 * times the clock may have been set back.
 */
export const inOrderTaken = 'coalesce(fencing_token, 0), start_time, id';

/** One pass over the verifications: when each backup was last looked at, at each level or a higher one. */
const verifiableSql = `
  WITH latest AS (
    SELECT backup_id, ${[1, 2, 3]
      .map(
        (n) => `max(started) FILTER (level >= ${n} AND result <> 'failed') AS done${n},
                max(ended) FILTER (level >= ${n} AND result = 'failed') AS failed${n}`,
      )
      .join(', ')}
    FROM verifications GROUP BY backup_id
  )
  SELECT id AS "backupId", backup_type AS "backupType", tenant_id AS "tenantId", epoch_ms(start_time) AS "startedAt",
         epoch_ms(end_time) AS "completedAt",
         ${['done1', 'done2', 'done3', 'failed1', 'failed2', 'failed3'].map((name) => `epoch_ms(${name}) AS ${name}`).join(', ')}
  FROM backup_metadata LEFT JOIN latest ON backup_id = id
  WHERE status = 'completed' ORDER BY ${inOrderTaken}`;

export async function verifiable(reader: DuckDBConnection): Promise<readonly Verifiable[]> {
  const rows = await ask(reader, { sql: verifiableSql }, verifiableRow);
  return rows.map((row) => ({
    backupId: row.backupId,
    type: row.backupType,
    tenantId: row.tenantId,
    startedAt: row.startedAt,
    completedAt: row.completedAt,
    doneAt: { 1: row.done1, 2: row.done2, 3: row.done3 },
    failedAt: { 1: row.failed1, 2: row.failed2, 3: row.failed3 },
  }));
}

const damagedRow = z.object({
  type: backupType,
  newest: z.string(),
  damaged: z.string(),
  damage: z.string(),
});

/** The chains that must not be gone on with; tenants' keys have none. */
export async function damagedChains(reader: DuckDBConnection): Promise<readonly DamagedChain[]> {
  const sql = `
    WITH newest AS (
      SELECT backup_type AS type, arg_max(id, (${inOrderTaken})) AS newest FROM backup_metadata
      WHERE status = 'completed' AND backup_type <> 'kms' GROUP BY backup_type
    )
    SELECT type, newest, min(damaged) AS damaged, arg_min(damage, damaged) AS damage
    FROM newest JOIN unsound_backups ON id = newest GROUP BY type, newest ORDER BY type`;
  return ask(reader, { sql }, damagedRow);
}
