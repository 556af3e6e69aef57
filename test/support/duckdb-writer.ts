/**
 * Another process that writes to a DuckDB file until its standard input closes: transfers that keep a sum, bulk
 * inserts, schema changes and checkpoints. Prints the number of each commit once it is durable.
 */
import { DuckDBInstance } from '@duckdb/node-api';

const [path = ''] = process.argv.slice(2);
const instance = await DuckDBInstance.create(path, {
  threads: '1',
  memory_limit: '300MB',
  checkpoint_threshold: '1MB',
});
const connection = await instance.connect();
for (const sql of [
  'CREATE TABLE accounts AS SELECT i AS id, 1000::BIGINT AS balance FROM range(1000) t(i)',
  'CREATE TABLE commits (n BIGINT)',
  'CREATE TABLE bulk (n BIGINT, payload VARCHAR)',
  'CREATE TABLE bulk_counts (n BIGINT, rows BIGINT)',
])
  await connection.run(sql);

let stopped = false;
process.stdin.on('end', () => {
  stopped = true;
});
process.stdin.resume();
process.stdout.write('ready\n');

const pick = (below: number): number => Math.floor(Math.random() * below);

for (let n = 1; !stopped; n++) {
  const [from, to, amount] = [pick(1000), pick(1000), pick(100)];
  await connection.run('BEGIN');
  await connection.run(`UPDATE accounts SET balance = balance - ${amount} WHERE id = ${from}`);
  await connection.run(`UPDATE accounts SET balance = balance + ${amount} WHERE id = ${to}`);
  if (n % 7 === 0) {
    await connection.run(
      `INSERT INTO bulk SELECT ${n}, repeat('x', 20) || i FROM range(${130_000 + n}) t(i)`,
    );
    await connection.run(`INSERT INTO bulk_counts VALUES (${n}, ${130_000 + n})`);
  }
  if (n % 35 === 0) {
    await connection.run(`DELETE FROM bulk WHERE n < ${n - 14}`);
    await connection.run(`DELETE FROM bulk_counts WHERE n < ${n - 14}`);
  }
  if (n % 11 === 0) await connection.run(`CREATE TABLE made_${n} AS SELECT ${n} AS n`);
  if (n % 44 === 0) await connection.run(`DROP TABLE made_${n - 33}`);
  await connection.run(`INSERT INTO commits VALUES (${n})`);
  await connection.run('COMMIT');
  process.stdout.write(`${n}\n`);
  if (n % 13 === 0) await connection.run('CHECKPOINT');
}
connection.closeSync();
instance.closeSync();
