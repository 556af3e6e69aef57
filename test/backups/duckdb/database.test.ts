import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from '@jest/globals';

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
