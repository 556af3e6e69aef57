import type { DuckDBConnection } from '@duckdb/node-api';
import { z } from 'zod';
import { type BackupEvent, backupEvent } from '../../model/backup-event.ts';
import { backupOrder } from '../../model/backup-order.ts';
import { ask } from './ask.ts';
import { history } from './history.ts';
import type { MetadataStore } from './port.ts';
import { recoveries } from './recoveries.ts';
import { askForRecords } from './ask-for-records.ts';
import { backupRecord, recordColumns, records } from './record.ts';
import { scheduleHistory } from './schedule-history.ts';
import { damagedChains, inOrderTaken, verifiable, verificationsOf } from './verifications.ts';

type Questions = Omit<MetadataStore, 'apply' | 'restore' | 'resetCursor' | 'close'>;

const json = z.string().transform((text): unknown => JSON.parse(text));
const openRow = backupRecord.extend({ order: json.pipe(backupOrder) });
const orderRow = z.object({ order: json.pipe(backupOrder) });
const eventRow = z.object({ event: json.pipe(backupEvent) });
const inOrder = "CASE kind WHEN 'requested' THEN 0 WHEN 'started' THEN 1 WHEN 'verified' THEN 3 ELSE 2 END";

/** The reading half of the store, on a connection that sees committed rows alone. */
export function questions(reader: DuckDBConnection): Questions {
  return {
    ...recoveries(reader),
    async cursor() {
      const sql = "SELECT value FROM recorder_state WHERE id = 'cursor'";
      return (await ask(reader, { sql }, z.object({ value: z.string() })))[0]?.value;
    },
    async get(id) {
      const sql = `SELECT ${recordColumns} FROM ${records} WHERE id = $1`;
      return (await askForRecords(reader, { sql, values: [id] }))[0];
    },
    history: (query) => history(reader, query),
    async events(id): Promise<readonly BackupEvent[]> {
      const sql = `SELECT event FROM backup_events WHERE backup_id = $1 ORDER BY attempt, ${inOrder}, occurred_at, id`;
      return (await ask(reader, { sql, values: [id] }, eventRow)).map((row) => row.event);
    },
    async open() {
      const sql = `SELECT ${recordColumns}, backup_order AS "order" FROM ${records}
                   WHERE status IN ('queued', 'running') ORDER BY requested_at, id`;
      const rows = await ask(reader, { sql }, openRow);
      return rows.map(({ order, ...record }) => ({ record: { ...record, lastVerification: null }, order }));
    },
    async interruptedOnDemand() {
      const sql = `SELECT backup_order AS "order" FROM backup_metadata
                   WHERE schedule IS NULL AND status = 'failed' AND interrupted ORDER BY requested_at, id`;
      return (await ask(reader, { sql }, orderRow)).map(({ order }) => order);
    },
    scheduleHistory: (now) => scheduleHistory(reader, now),
    async newestCompleted() {
      const sql = `SELECT ${recordColumns} FROM ${records} WHERE id IN (
                     SELECT arg_max(id, (${inOrderTaken})) FROM backup_metadata
                     WHERE status = 'completed' AND id NOT IN (SELECT id FROM unsound_backups)
                       AND tenant_id IS NULL
                     GROUP BY backup_type, backup_scope) ORDER BY backup_type, backup_scope`;
      return askForRecords(reader, { sql });
    },
    async typicalDuration(type, scope) {
      const sql = `SELECT median(epoch_ms(end_time) - epoch_ms(start_time))::DOUBLE AS ms FROM backup_metadata
                   WHERE status = 'completed' AND backup_type = $1 AND backup_scope = $2`;
      const row = z.object({ ms: z.number().nullable() });
      return (await ask(reader, { sql, values: [type, scope] }, row))[0]?.ms ?? undefined;
    },
    async orderOf(id) {
      const sql = 'SELECT backup_order AS "order" FROM backup_metadata WHERE id = $1';
      return (await ask(reader, { sql, values: [id] }, orderRow))[0]?.order;
    },
    verifications: (id, limit) => verificationsOf(reader, id, limit),
    verifiable: () => verifiable(reader),
    damagedChains: () => damagedChains(reader),
    async highestFencingToken() {
      const sql = 'SELECT coalesce(max(fencing_token), 0) AS token FROM backup_events';
      const row = z.object({ token: z.bigint() });
      return Number((await ask(reader, { sql }, row))[0]?.token ?? 0n);
    },
    async completedIds() {
      const answer = await reader.runAndReadAll("SELECT id FROM backup_metadata WHERE status = 'completed'");
      return new Set(answer.getColumnsJson()[0]?.map(String));
    },
  };
}
