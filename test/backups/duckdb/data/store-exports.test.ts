import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import type { BackupJob } from '../../../../backups/backup-taker.ts';
import type { Table } from '../../../../backups/duckdb/catalogue/list-tables.ts';
import type { Export } from '../../../../backups/duckdb/data/export-chunks.ts';
import { storeExports } from '../../../../backups/duckdb/data/store-exports.ts';
import { type Database, openDatabase } from '../../../../backups/duckdb/database.ts';
import { scratchFolders } from '../../../support/scratch.ts';
import { type SinkSetting, sinkSetting } from '../../../support/sink-setting.ts';
import { recordingLog } from '../../../support/recording-log.ts';
import { memoryVault } from '../../../support/memory-vault.ts';

const scratch = scratchFolders();
const rows = 300_000;

/** A table of texts that are numbers but for the last, exported as they are or as another type. */
function exported(name: string, carrier: string | null): Export {
  const table: Table = {
    ...{ schema: 'main', name, sql: '', references: [], hidesRowId: false },
    columns: [{ name: 'v', type: 'VARCHAR' }],
  };
  const chunks = [0, 1, 2].map((chunk) => ({
    ...{ chunk, sum: '0', xor: '0', placed: '0', signed: false },
    rows: Math.min(122_880, rows - chunk * 122_880),
  }));
  return {
    ...{ table, chunks, version: 'v1' as const, file: `tables/${name}.parquet` },
    layout: { format: 'parquet', columns: [{ name: 'v', type: 'VARCHAR', carrier }] },
  };
}

async function withTables<T>(
  use: (database: Database, job: BackupJob, setting: SinkSetting) => Promise<T>,
): Promise<T> {
  const folder = await scratch();
  const setting = await sinkSetting(folder);
  const database = await openDatabase({
    path: join(folder, 'copy.duckdb'),
    name: 'copy',
    memoryLimit: '300MB',
  });
  try {
    for (const name of ['good', 'bad'])
      await database.run(
        `CREATE TABLE ${name} AS SELECT if(i = ${rows - 1} AND '${name}' = 'bad', 'no number', i::VARCHAR) AS v FROM range(${rows}) r(i)`,
      );
    const job: BackupJob = {
      order: setting.order,
      startTime: setting.order.requestedAt,
      sink: setting.sink,
      catalog: memoryVault('duckdb').catalog,
      scratch: folder,
      progress: () => undefined,
      signal: setting.abort.signal,
      log: recordingLog().log,
    };
    return await use(database, job, setting);
  } finally {
    await database.close();
  }
}

it.each([
  ['fails at the last row', 'INTEGER', 'Conversion Error'],
  ['fails before it opens its pipe', 'NO_SUCH_TYPE', 'Catalog Error'],
])(
  'stores nothing of a COPY that %s, waits for nothing, and lets the others end',
  async (_how, carrier, error) => {
    await withTables(async (database, job, { stored }) => {
      await expect(
        storeExports(database, job, [exported('good', null), exported('bad', carrier)]),
      ).rejects.toThrow(error);
      expect((await stored()).filter((key) => key.includes('bad'))).toEqual([]);
    });
  },
);

it('has its pipes free again after a COPY has failed', async () => {
  await withTables(async (database, job, { stored }) => {
    const all = ['a', 'b', 'c'].map((name) => ({
      ...exported('bad', 'INTEGER'),
      file: `tables/${name}.parquet`,
    }));
    await expect(storeExports(database, job, all)).rejects.toThrow('Conversion Error');
    expect(await stored()).toEqual([]);
    const folder = join(job.scratch, 'again');
    await mkdir(folder);
    const again = await storeExports(database, { ...job, scratch: folder }, [
      exported('bad', null),
      exported('good', null),
    ]);
    expect(again.map(({ object }) => object.rows)).toEqual([rows, rows]);
    expect(await stored()).toHaveLength(2);
  });
});

it('copies on while objects are still on their way into the store', async () => {
  await withTables(async (database, job, { sink }) => {
    const all = ['a', 'b', 'c', 'd', 'e'].map((name) => ({
      ...exported('good', null),
      file: `tables/${name}.parquet`,
    }));
    let copied = 0;
    let release: () => void = () => undefined;
    const allCopied = new Promise<void>((resolve) => (release = resolve));
    const waiting: BackupJob['sink'] = {
      ...sink,
      async write(object, plain) {
        const written = sink.write(object, plain);
        await once(plain, 'close');
        copied += 1;
        if (copied === all.length) release();
        await allCopied;
        return written;
      },
    };
    const stored = await storeExports(database, { ...job, sink: waiting }, all);
    expect(stored.map(({ object }) => object.path.split('/').at(-1))).toEqual(
      all.map(({ file }) => file.split('/').at(-1)),
    );
  });
});
