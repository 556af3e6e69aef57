import { execFile } from 'node:child_process';
import { rename, rm } from 'node:fs/promises';
import { promisify } from 'node:util';
import { describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { entry, schedulerSites } from '../support/scheduler.ts';
import { expectSettled } from '../support/settled.ts';

const site = schedulerSites();
const onDemand = { schedule: { enabled: false } };

describe('a control plane whose metadata file is deleted', () => {
  it('tells the same history after a restart; and what is complete after a rebuild, with Redis empty as well', async () => {
    const { run, folder, redis, tenantIds } = await site();
    const first = await run(['start'], onDemand);
    await first.api.ready();
    const completed = [
      await first.api.trigger({ backupType: 'parquet' }),
      await first.api.trigger({ backupType: 'kms', tenantId: tenantIds[1] }),
    ];
    for (const id of completed) await first.api.reaches(id, 'completed');
    await rename(folder.duckdb, `${folder.duckdb}.away`);
    const failed = await first.api.trigger({ backupType: 'duckdb' });
    expect((await first.api.reaches(failed, 'failed')).errorCode).toBe('source-unreadable');
    const before = await expectSettled(first.api, folder.store);
    expect(before).toHaveLength(3);
    expect(await first.end()).toBe(0);

    await rm(folder.metadata);
    await rm(`${folder.metadata}.wal`, { force: true });
    const second = await run(['control-plane'], onDemand);
    await second.api.ready();
    expect(await expectSettled(second.api, folder.store)).toEqual(before);
    expect(await second.end()).toBe(0);

    await rm(folder.metadata);
    const connection = new Redis(redis.url);
    await connection.flushall();
    connection.disconnect();
    const rebuilt = await promisify(execFile)(process.execPath, [
      ...[entry, '--config', second.configuration, '--json', 'metadata', 'rebuild'],
    ]);
    expect(JSON.parse(rebuilt.stdout)).toMatchObject({ backups: 2, damaged: [] });
    const third = await run(['control-plane'], onDemand);
    await third.api.ready();
    const after = await expectSettled(third.api, folder.store);
    expect(after.filter(({ status }) => status === 'completed')).toEqual(
      before.filter(({ status }) => status === 'completed'),
    );
  }, 300_000);
});
