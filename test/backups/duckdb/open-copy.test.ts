import { copyFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { openCopy } from '../../../backups/duckdb/open-copy.ts';
import { withDatabase } from '../../support/duckdb-backups.ts';
import { scratchFolders } from '../../support/scratch.ts';

const scratch = scratchFolders();

it('replays a log that does not fit into memory, with more of it', async () => {
  const folder = await scratch();
  const [file, path] = [join(folder, 'live.duckdb'), join(folder, 'copy.duckdb')];
  await withDatabase(file, async (source) => {
    await source.run("SET wal_autocheckpoint = '1GB'");
    await source.run('CREATE TABLE t AS SELECT i, md5(i::VARCHAR) AS v FROM range(200000) r(i)');
    await source.run('UPDATE t SET v = v || v');
    for (const end of ['', '.wal']) await copyFile(`${file}${end}`, `${path}${end}`);
  });
  const copy = { path, file, memoryLimit: '20MB', scratch: folder };
  const database = await openCopy(copy);
  try {
    expect(await database.rows("SELECT current_setting('memory_limit') AS memory")).toEqual([
      { memory: '19.0 MiB' },
    ]);
    expect(await database.rows('SELECT count(*) AS n FROM t WHERE len(v) = 64')).toEqual([{ n: 200000n }]);
  } finally {
    await database.close();
  }
});
