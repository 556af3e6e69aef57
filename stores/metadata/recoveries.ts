import type { DuckDBConnection, DuckDBValue } from '@duckdb/node-api';
import { z } from 'zod';
import { CodedError } from '../../errors/coded-error.ts';
import { restorableType, restoreOrder } from '../../model/restore-order.ts';
import { ask } from './ask.ts';
import { type Recoveries, type RecoveryQuery, recoveryStatuses } from './recovery-port.ts';

const count = z.bigint().transform(Number).nullable();
const json = z.string().transform((text): unknown => JSON.parse(text));
const jsonOrNull = z
  .string()
  .nullable()
  .transform((text): unknown => (text === null ? null : JSON.parse(text)));

const row = z
  .object({
    id: z.string(),
    backupType: restorableType,
    backupId: z.string(),
    at: z.string().nullable(),
    to: z.string(),
    status: z.enum(recoveryStatuses),
    trigger: restoreOrder.shape.trigger,
    requestedBy: z.string(),
    requestedAt: z.string(),
    reason: z.string(),
    startTime: z.string().nullable(),
    endTime: z.string().nullable(),
    worker: z.string().nullable(),
    plainBytes: count,
    sealedBytes: count,
    objects: count,
    counts: jsonOrNull.pipe(z.record(z.string(), z.int()).nullable()),
    notes: jsonOrNull.pipe(z.array(z.string()).nullable()),
    errorCode: z.string().nullable(),
    errorMessage: z.string().nullable(),
    order: json.pipe(restoreOrder),
  })
  .transform(({ order, ...record }) => ({
    record: { ...record, tables: order.tables, tenant: order.tenant },
    order,
  }));

const columnOf: Readonly<Record<string, string>> = { at: 'as_of', to: 'target', order: 'restore_order' };
const instants = new Set(['at', 'requestedAt', 'startTime', 'endTime']);
const columns = Object.keys(row.in.shape)
  .map((name) => {
    const column = columnOf[name] ?? name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
    return `${instants.has(name) ? `strftime(${column}, '%Y-%m-%dT%H:%M:%S.%gZ')` : column} AS "${name}"`;
  })
  .join(', ');

/** Estimates follow the machine and the store as they are now. */
const newestRates = 5;
/** Shorter work says little about longer one. */
const worthMeasuringMs = 200;

/** Questions about restores, on a connection that sees committed rows alone. */
export function recoveries(reader: DuckDBConnection): Recoveries {
  const select = (rest: string, values: readonly DuckDBValue[] = []) =>
    ask(reader, { sql: `SELECT ${columns} FROM recoveries ${rest}`, values }, row);
  return {
    async recovery(id) {
      return (await select('WHERE id = $1', [id]))[0]?.record;
    },
    async recoveries(query) {
      const { where, values } = await filter(reader, query);
      const page = `WHERE ${where} ORDER BY requested_at DESC, id DESC LIMIT ${query.limit}`;
      return (await select(page, values)).map(({ record }) => record);
    },
    openRecoveries: () => select("WHERE status IN ('queued', 'running') ORDER BY requested_at, id"),
    async restoreRate(type) {
      const sql = `SELECT median(rate)::DOUBLE AS rate FROM (
        SELECT plain_bytes * 1000 / (epoch_ms(end_time) - epoch_ms(start_time)) AS rate FROM recoveries
        WHERE status = 'completed' AND backup_type = $1 AND plain_bytes > 0
          AND epoch_ms(end_time) - epoch_ms(start_time) >= ${worthMeasuringMs}
        ORDER BY end_time DESC LIMIT ${newestRates})`;
      const rate = z.object({ rate: z.number().nullable() });
      return (await ask(reader, { sql, values: [type] }, rate))[0]?.rate ?? undefined;
    },
  };
}

async function filter(reader: DuckDBConnection, { backupType, status, after }: RecoveryQuery) {
  const conditions = ['true'];
  const values: DuckDBValue[] = [];
  const where = (condition: string, value: string | undefined) => {
    if (value === undefined) return;
    values.push(value);
    conditions.push(condition.replace('?', `$${values.length}`));
  };
  where('backup_type = ?', backupType);
  where('status = ?', status);
  if (after !== undefined) await mustExist(reader, after);
  where('(requested_at, id) < (SELECT (requested_at, id) FROM recoveries WHERE id = ?)', after);
  return { where: conditions.join(' AND '), values };
}

async function mustExist(reader: DuckDBConnection, id: string): Promise<void> {
  const sql = 'SELECT id FROM recoveries WHERE id = $1';
  const [found] = await ask(reader, { sql, values: [id] }, z.object({ id: z.string() }));
  if (found !== undefined) return;
  throw new CodedError('invalid-request', `The page cursor ${id} names no restore; begin again without it.`, {
    facts: { cursor: id },
  });
}
