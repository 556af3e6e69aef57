import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { openDuckdbMetadata } from '../stores/metadata/duckdb.ts';
import { completed, iso, testOrder } from '../test/support/backup-events.ts';
import { recordingLog } from '../test/support/recording-log.ts';
import { alternate, quantile, ratio, summary } from './ratios.ts';

/**
 * What the metadata's two hottest questions cost over many backups, beside the naive SQL for the same answers on a plain
 * table without keys (`CREATE TABLE … AS SELECT`), in turn within one run. `node dist/bench/metadata.js [backups] [rounds]`
 */
const [backups = 100_000, rounds = 100] = process.argv.slice(2).map(Number);
const now = Date.parse('2036-01-01T00:00:00.000Z');

/** The last 50, as one would write it: whole rows, sorted by time. */
const naiveHistory = `SELECT * FROM plain_backups
  ORDER BY coalesce(start_time, requested_at) DESC, id DESC LIMIT 50`;
/** Newest completed and newest failed slot of each schedule, and the failures of the latter: a window for each. */
const naiveSchedules = `
  WITH numbered AS (
    SELECT *, row_number() OVER (PARTITION BY schedule, status ORDER BY slot DESC) AS place FROM plain_backups
    WHERE schedule IS NOT NULL AND slot <= epoch_ms(${now}::BIGINT))
  SELECT schedule, status, slot, end_time, id, attempt, error_message,
         (SELECT count(*) FROM plain_events e WHERE e.backup_id = n.id AND e.kind = 'failed' AND NOT e.interrupted) AS failures
  FROM numbered n WHERE place = 1 AND status IN ('completed', 'failed')`;

const folder = await mkdtemp(join(tmpdir(), 'bench-metadata-'));
const path = join(folder, 'metadata.duckdb');
const plainPath = join(folder, 'plain.duckdb');
try {
  await fill();
  const store = await openDuckdbMetadata({ path, log: recordingLog().log });
  const plain = await DuckDBInstance.create(plainPath);
  const connection = await plain.connect();
  const naive = async (sql: string): Promise<void> => {
    (await connection.runAndReadAll(sql)).getRowObjectsJS();
  };
  console.log(
    `${availableParallelism()} cores, load ${loadavg()[0]?.toFixed(1) ?? '?'}, ${backups} backups, ${rounds} rounds`,
  );
  const questions = {
    'history, the last 50': {
      ours: () => store.history({ limit: 50 }).then(() => undefined),
      naive: () => naive(naiveHistory),
    },
    'history of one type and status': {
      ours: () =>
        store.history({ backupType: 'duckdb', status: 'completed', limit: 50 }).then(() => undefined),
      naive: () =>
        naive(naiveHistory.replace('ORDER', "WHERE backup_type = 'duckdb' AND status = 'completed' ORDER")),
    },
    'histories of schedules, for a plan': {
      ours: () => store.scheduleHistory(now).then(() => undefined),
      naive: () => naive(naiveSchedules),
    },
  };
  for (const [name, ways] of Object.entries(questions)) {
    const samples = await alternate(ways, { messages: 1, rounds, prepare: () => Promise.resolve() });
    console.log(`\n${name}`);
    console.log(`  ours:      ${summary(samples.ours)}, quietest ${quantile(samples.ours, 0).toFixed(3)} ms`);
    console.log(
      `  naive SQL: ${summary(samples.naive)}, quietest ${quantile(samples.naive, 0).toFixed(3)} ms`,
    );
    console.log(`  ours : naive SQL ${ratio(samples.ours, samples.naive)}`);
  }
  connection.closeSync();
  plain.closeSync();
  await store.close();
} finally {
  await rm(folder, { recursive: true, force: true });
}

/** Copies of one backup, each of a later time, in five schedules, one in twenty failed; and the same rows in plain tables. */
async function fill(): Promise<void> {
  const one = await openDuckdbMetadata({ path, log: recordingLog().log });
  await one.restore([completed(testOrder(1, { schedule: 's0', slot: iso(0) }))]);
  await one.close();
  const instance = await DuckDBInstance.create(path);
  const connection = await instance.connect();
  await connection.run(
    `INSERT INTO backup_metadata SELECT b.* REPLACE (
       id || n AS id, CASE WHEN n % 20 = 0 THEN 'failed' ELSE status END AS status, 's' || (n % 5) AS schedule, slot + n * INTERVAL 15 MINUTE AS slot,
       start_time + n * INTERVAL 15 MINUTE AS start_time, end_time + n * INTERVAL 15 MINUTE AS end_time)
     FROM backup_metadata b, range(1, $1::BIGINT) r(n)`,
    [BigInt(backups)],
  );
  await connection.run(
    `INSERT INTO backup_events SELECT e.* REPLACE (
       b.id || kind AS id, b.id AS backup_id, CASE b.status WHEN 'failed' THEN 'failed' ELSE kind END AS kind,
       false AS interrupted)
     FROM backup_events e, backup_metadata b WHERE b.id != e.backup_id`,
  );
  await connection.run(`ATTACH '${plainPath}' AS plain`);
  await connection.run('CREATE TABLE plain.plain_backups AS SELECT * FROM backup_metadata');
  await connection.run('CREATE TABLE plain.plain_events AS SELECT * FROM backup_events');
  await connection.run('DETACH plain');
  connection.closeSync();
  instance.closeSync();
}
