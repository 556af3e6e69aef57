import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect, it } from '@jest/globals';
import { catalogName, openDatabase } from '../../../backups/duckdb/database.ts';
import { scratchFolders } from '../../support/scratch.ts';

const scratch = scratchFolders();

const module = fileURLToPath(new URL('../../../backups/duckdb/database.js', import.meta.url));

/** In a process of its own: DuckDB crashes one that closes a connection while a query runs. */
it('closes a database with queries under way: they end, and the process lives', async () => {
  const script = `
    import { openDatabase } from ${JSON.stringify(module)};
    const ends = new Set();
    for (let round = 0; round < 40; round++) {
      const database = await openDatabase({ path: ':memory:', name: 'busy', memoryLimit: '200MB' });
      await database.run('CREATE TABLE rows AS SELECT range AS n FROM range(20000)');
      const others = [await database.connect(), await database.connect()];
      const queries = others.map((each) => each.runAndReadAll('SELECT count(*) FROM rows GROUP BY hash(n) % 99'));
      const long = database.rows('SELECT count(*) FROM rows a, rows b, rows c');
      const ended = Promise.allSettled([...queries, long]);
      if (round % 2) await new Promise(setImmediate);
      await database.close();
      for (const { status, reason } of await ended) ends.add(reason?.message.split(':', 1)[0] ?? status);
    }
    console.log([...ends].join());`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  expect(stdout.trim()).toMatch(/INTERRUPT/);
});

const files = [
  'hot',
  'hot tier.duckdb',
  'hot.v2.duckdb',
  'a.b.duckdb',
  '.hidden',
  '..a.db',
  'x?y.db',
  'memory.duckdb',
];

it.each([...files, 'Memory.db', 'main.db', 'MAIN.db', 'temp.db', 'system.db', 'it\'s "one".db'])(
  'gives the catalog of a file named %s the name that DuckDB gives it',
  async (file) => {
    const path = join(await scratch(), file);
    const instance = await DuckDBInstance.create(path);
    const connection = await instance.connect();
    const [row] = (await connection.runAndReadAll('SELECT current_database() AS name')).getRowObjectsJS();
    connection.closeSync();
    instance.closeSync();
    const name = catalogName(path);
    expect(name).toBe(row?.['name']);
    const database = await openDatabase({ path, name, memoryLimit: '100MB' });
    await database.run('CREATE TABLE t (i INTEGER)');
    await database.close();
  },
);
