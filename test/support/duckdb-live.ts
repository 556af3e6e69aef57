import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Database } from '../../backups/duckdb/database.ts';
import { until } from './until.ts';

export interface LiveWriter {
  /** The newest commit that the writer knows to be durable. */
  readonly committed: () => number;
  /** Ends it; throws when it failed in between. */
  readonly stop: () => Promise<void>;
}

/** Starts the writer and waits for its first commits. */
export async function startWriter(path: string): Promise<LiveWriter> {
  const program = fileURLToPath(new URL('./duckdb-writer.js', import.meta.url));
  const child = spawn(process.execPath, [program, path], { stdio: ['pipe', 'pipe', 'pipe'] });
  let committed = 0;
  let errors = '';
  createInterface({ input: child.stdout }).on('line', (line) => {
    if (line !== 'ready') committed = Number(line);
  });
  child.stderr.on('data', (bytes: Buffer) => {
    errors += bytes.toString();
  });
  const ended = once(child, 'exit');
  await until('the writer has committed', () => committed > 3 || child.exitCode !== null);
  return {
    committed: () => committed,
    stop: async () => {
      child.stdin.end();
      await ended;
      if (child.exitCode !== 0) throw new Error(`the writer failed: ${errors}`);
    },
  };
}

/** What is wrong with a copy of the writer's file, as a list of sentences; empty when it is right. */
export async function flaws(database: Database, committedBefore: number): Promise<string[]> {
  const one = async (sql: string): Promise<bigint> => {
    const value = (await database.rows(`SELECT v::BIGINT AS v FROM (${sql})`))[0]?.['v'];
    return typeof value === 'bigint' ? value : -1n;
  };
  const found: string[] = [];
  const sum = await one('SELECT sum(balance) AS v FROM accounts');
  if (sum !== 1_000_000n) found.push(`the balances sum up to ${sum.toString()}`);
  const last = await one('SELECT max(n) AS v FROM commits');
  if (last < BigInt(committedBefore))
    found.push(`commit ${committedBefore} is lost: the last is ${last.toString()}`);
  if ((await one('SELECT count(*) AS v FROM commits')) !== last) found.push('a commit in between is lost');
  const torn = await one(
    `SELECT count(*) AS v FROM (SELECT n, count(*) AS rows FROM bulk WHERE length(payload) > 20 GROUP BY n) b
     FULL JOIN bulk_counts c USING (n) WHERE b.rows IS DISTINCT FROM c.rows`,
  );
  if (torn !== 0n) found.push(`${torn.toString()} bulk inserts are torn`);
  for (const { sql } of await database.rows(
    "SELECT 'SELECT * FROM ' || table_name AS sql FROM duckdb_tables() WHERE table_name LIKE 'made_%'",
  )) {
    if (typeof sql === 'string') await database.rows(sql);
  }
  return found;
}
