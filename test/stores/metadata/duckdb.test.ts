import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { appendFile, readFile, readdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from '@jest/globals';
import { openDuckdbMetadata } from '../../../stores/metadata/duckdb.ts';
import { describeMetadataContract } from '../../contracts/metadata-contract.ts';
import { completed, streamed, testId, testOrder } from '../../support/backup-events.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { scratchFolders } from '../../support/scratch.ts';

const scratch = scratchFolders();
const open = (path: string, log = recordingLog().log) => openDuckdbMetadata({ path, log });

describeMetadataContract('memory', () => open(':memory:'));
describeMetadataContract('a DuckDB file', async () => open(join(await scratch(), 'deep', 'metadata.duckdb')));

describe('a metadata file', () => {
  it('keeps rows and cursor over a restart', async () => {
    const path = join(await scratch(), 'metadata.duckdb');
    const first = await open(path);
    const events = streamed([completed(testOrder(1))]);
    await first.apply(events);
    await first.close();
    const second = await open(path);
    expect(await second.cursor()).toBe(events[0]?.cursor);
    expect(await second.get(testId(1))).toMatchObject({ status: 'completed' });
    await second.close();
  });

  it('has one owner in a process', async () => {
    const path = join(await scratch(), 'metadata.duckdb');
    const first = await open(path);
    await expect(open(path)).rejects.toMatchObject({ code: 'metadata-held', status: 503 });
    await first.close();
    await (await open(path)).close();
  });

  it('has one owner among processes, and says which', async () => {
    const path = join(await scratch(), 'metadata.duckdb');
    const other = spawn(process.execPath, [
      '--input-type=module',
      '-e',
      `const { DuckDBInstance } = await import('@duckdb/node-api');
       globalThis.held = await DuckDBInstance.create(process.argv[1]);
       console.log('open'); setInterval(() => {}, 1000);`,
      path,
    ]);
    await once(other.stdout, 'data');
    await expect(open(path)).rejects.toThrow(`open in PID ${other.pid}`);
    other.kill('SIGKILL');
    await once(other, 'exit');
    await (await open(path)).close();
  });

  it('is moved aside when it is damaged, and made again', async () => {
    const folder = await scratch();
    const path = join(folder, 'metadata.duckdb');
    const first = await open(path);
    await first.restore([completed(testOrder(1))]);
    await first.close();
    const { length } = await readFile(path);
    await truncate(path, Math.floor(length / 2));
    const { log, lines } = recordingLog();
    const second = await open(path, log);
    expect(await second.cursor()).toBeUndefined();
    expect(await second.get(testId(1))).toBeUndefined();
    expect(lines).toMatchObject([{ level: 'error', message: expect.stringContaining('moved aside') }]);
    await second.close();
    const kept = (await readdir(folder)).find((name) => name.includes('.unusable-'));
    expect((await readFile(join(folder, kept ?? ''))).length).toBe(Math.floor(length / 2));
  });

  it('is moved aside when it is no DuckDB file, or of another version', async () => {
    const folder = await scratch();
    const garbage = join(folder, 'garbage.duckdb');
    await writeFile(garbage, 'not a database');
    await (await open(garbage)).close();
    const old = join(folder, 'old.duckdb');
    await (await open(old)).close();
    const instance = await DuckDBInstance.create(old);
    const connection = await instance.connect();
    await connection.run("UPDATE recorder_state SET value = '0' WHERE id = 'schema'");
    connection.closeSync();
    instance.closeSync();
    const { log, lines } = recordingLog();
    await (await open(old, log)).close();
    expect(lines[0]?.fields['error']).toContain('version 0');
    expect((await readdir(folder)).filter((name) => name.includes('.unusable-'))).toHaveLength(2);
  });

  it('is left alone when it belongs to another application', async () => {
    const path = join(await scratch(), 'shop.duckdb');
    const instance = await DuckDBInstance.create(path);
    const connection = await instance.connect();
    await connection.run('CREATE TABLE customers (id INTEGER)');
    connection.closeSync();
    instance.closeSync();
    await expect(open(path)).rejects.toMatchObject({ code: 'configuration-invalid' });
    await expect(open(path)).rejects.toThrow(/customers/);
  });

  it('says what is wrong when the system refuses it', async () => {
    const folder = await scratch();
    await expect(open(folder)).rejects.toMatchObject({ code: 'metadata-unreadable' });
    await appendFile(join(folder, 'file'), '');
    await expect(open(join(folder, 'file', 'metadata.duckdb'))).rejects.toMatchObject({
      code: 'metadata-unreadable',
    });
  });
});
