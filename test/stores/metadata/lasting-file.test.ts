import { join } from 'node:path';
import { rename } from 'node:fs/promises';
import type { DuckDBConnection } from '@duckdb/node-api';
import { describe, expect, it } from '@jest/globals';
import { openLastingFile } from '../../../stores/metadata/lasting-file.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { scratchFolders } from '../../support/scratch.ts';

const scratch = scratchFolders();
const add = (value: string) => (writer: DuckDBConnection) =>
  writer.run('INSERT INTO recorder_state VALUES ($1, $1)', [value]);

/** What a full disk in a checkpoint does: DuckDB gives the database up. */
async function fail(writer: DuckDBConnection): Promise<void> {
  await writer.run("SET debug_checkpoint_abort = 'before_header'");
  await writer.run('CHECKPOINT');
}

async function lastingFile() {
  const path = join(await scratch(), 'metadata.duckdb');
  const { log, lines } = recordingLog();
  const file = await openLastingFile(path, log);
  const ids = async () => {
    const answer = await file.reader.runAndReadAll(
      "SELECT id FROM recorder_state WHERE id <> 'schema' ORDER BY id",
    );
    return answer.getRowsJson().flat();
  };
  return { path, file, ids, lines };
}

describe('a metadata file that DuckDB has given up', () => {
  it('is opened again by the next question or write, with all that was committed', async () => {
    const { file, ids, lines } = await lastingFile();
    await file.write(add('a'));
    await expect(file.write(fail)).rejects.toThrow('Failed to create checkpoint');
    const [before] = await Promise.all([ids(), file.write(add('b')), ids()]);
    expect(before[0]).toBe('a');
    expect(await ids()).toEqual(['a', 'b']);
    expect(lines).toMatchObject([
      { level: 'warn', message: expect.stringContaining('opened again') as unknown },
    ]);
    await expect(file.write(fail)).rejects.toThrow('Failed to create checkpoint');
    await file.write(add('c'));
    expect(await ids()).toEqual(['a', 'b', 'c']);
    await file.close();
  });

  it('is closed only when the work on it has ended, and never in the middle of a transaction', async () => {
    const { file, ids } = await lastingFile();
    const failing = file.write(async (writer) => {
      await fail(writer).catch(() => undefined);
      expect(await ids().catch(String)).toContain('invalidated');
      const next = ids();
      await writer.run('BEGIN TRANSACTION').catch(() => undefined);
      await add('half')(writer);
      return next;
    });
    await expect(failing).rejects.toThrow('invalidated');
    expect(await ids()).toEqual([]);
    await file.close();
  });

  it('stays closed, and is asked for again each time, while it cannot be opened; it is never replaced', async () => {
    const { path, file, ids } = await lastingFile();
    await file.write(add('a'));
    await expect(file.write(fail)).rejects.toThrow();
    await rename(path, `${path}.away`);
    await expect(ids()).rejects.toMatchObject({ code: 'metadata-unreadable' });
    await expect(file.write(add('b'))).rejects.toMatchObject({ code: 'metadata-unreadable' });
    await rename(`${path}.away`, path);
    await file.write(add('c'));
    expect(await ids()).toEqual(['a', 'c']);
    await file.close();
  });
});

describe('a metadata file that is closed', () => {
  it('lets the transaction under way end, and takes nothing more', async () => {
    const { path, file, ids } = await lastingFile();
    let closed: Promise<void> | undefined;
    await file.write(async (writer) => {
      await writer.run('BEGIN TRANSACTION');
      closed = file.close();
      for (const refused of [ids(), file.write(add('late'))])
        await expect(refused).rejects.toThrow('the metadata is being closed');
      await add('whole')(writer);
      await writer.run('COMMIT');
    });
    await closed;
    const again = await openLastingFile(path, recordingLog().log);
    const answer = await again.reader.runAndReadAll("SELECT id FROM recorder_state WHERE id <> 'schema'");
    expect(answer.getRowsJson()).toEqual([['whole']]);
    await again.close();
  });
});
