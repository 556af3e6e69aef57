import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { backupType } from '../../model/backup-kind.ts';
import { ask } from './ask.ts';
import type { ScheduleHistory, TypedHistory } from './port.ts';

const count = z.bigint().transform(Number);

const row = z.object({
  schedule: z.string(),
  type: backupType,
  lastSlot: count.nullable(),
  lastCompletedAt: count.nullable(),
  failedSlot: count.nullable(),
  backupId: z.string().nullable(),
  attempt: z.int().nullable(),
  failures: count,
  failedAt: count.nullable(),
  interrupted: z.boolean().nullable(),
  error: z.string().nullable(),
});

/** One pass over the slots at or before now: the newest completed, and the newest failed with all that is known of it. */
const sql = `
  WITH slots AS (
    SELECT schedule, backup_type AS type, status, slot, end_time,
           {slot: slot, ended: end_time, id: id, attempt: attempt, interrupted: interrupted, error: error_message} AS fact
    FROM backup_metadata
    WHERE schedule IS NOT NULL AND slot <= epoch_ms($1::BIGINT)
  ), newest AS (
    SELECT schedule, type,
           max(slot) FILTER (status = 'completed') AS last_slot,
           max(end_time) FILTER (status = 'completed') AS last_completed,
           max(fact) FILTER (status = 'failed') AS failed
    FROM slots GROUP BY schedule, type
  ), failures AS (
    SELECT backup_id, count(*) AS failures FROM backup_events
    WHERE kind = 'failed' AND NOT interrupted GROUP BY backup_id
  )
  SELECT schedule, type, epoch_ms(last_slot) AS "lastSlot", epoch_ms(last_completed) AS "lastCompletedAt",
         epoch_ms(failed.slot) AS "failedSlot", failed.id AS "backupId", failed.attempt AS attempt, coalesce(failures, 0) AS failures,
         epoch_ms(failed.ended) AS "failedAt", failed.interrupted AS interrupted, failed.error AS error
  FROM newest LEFT JOIN failures ON backup_id = failed.id ORDER BY schedule, type`;

export async function scheduleHistory(
  connection: DuckDBConnection,
  now: number,
): Promise<readonly TypedHistory[]> {
  const rows = await ask(connection, { sql, values: [BigInt(now)] }, row);
  return rows.map((found) => ({
    schedule: found.schedule,
    type: found.type,
    lastSlot: found.lastSlot,
    lastCompletedAt: found.lastCompletedAt,
    failed: failedAfter(found.lastSlot, found),
  }));
}

function failedAfter(lastSlot: number | null, found: z.infer<typeof row>): ScheduleHistory['failed'] {
  const { failedSlot: slot, backupId, attempt, failures, failedAt, interrupted, error } = found;
  if (slot === null || backupId === null || attempt === null || failedAt === null) return null;
  if (lastSlot !== null && slot <= lastSlot) return null;
  return {
    backupId,
    slot,
    attempt,
    failures,
    failedAt,
    interrupted: interrupted ?? false,
    error: error ?? '',
  };
}
