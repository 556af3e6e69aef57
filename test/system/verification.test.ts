import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import type { BackupScheduleStatus } from '../../processors/get-backup-schedule-status.ts';
import type { VerificationRecord } from '../../stores/metadata/port.ts';
import { damage, remember } from '../support/damage.ts';
import { type Api, patience } from '../support/scheduler-api.ts';
import { schedulerSites } from '../support/scheduler.ts';
import { until } from '../support/until.ts';

const site = schedulerSites();

const often = {
  schedule: { tick: 'PT1S' },
  exclusion: { scope: 'type' },
  schedules: [{ name: 'duckdb-incremental', enabled: false }],
  verifications: [
    { name: 'objects', every: 'PT2S' },
    { name: 'restores', enabled: false },
  ],
  sources: { kms: { kind: 'none', file: '' } },
};

const verifications = (api: Api, id: string): Promise<readonly VerificationRecord[]> =>
  api.json(`/api/backups/${id}/verifications`);

async function damageOf(api: Api, type: string): Promise<string | null | undefined> {
  const { schedules } = await api.json<BackupScheduleStatus>('/api/backups/schedule');
  return schedules.find((schedule) => schedule.type === type)?.damage;
}

describe('backups that are verified by schedule', () => {
  it('are damaged from a flipped byte until it is put right, and are not built on meanwhile', async () => {
    const { run, folder } = await site();
    const metadata = { file: join(folder.root, 'state', 'metadata-2.duckdb') };
    const { api } = await run(['start'], often);
    const { api: other } = await run(['control-plane'], { ...often, metadata });
    await Promise.all([api.ready(), other.ready()]);
    const [duckdb, parquet] = await Promise.all([
      api.shows('the full backup', { schedule: 'duckdb-full', status: 'completed' }),
      api.shows('the archive', { schedule: 'parquet-replication', status: 'completed' }),
    ]);
    for (const { id } of [duckdb, parquet]) {
      const [found] = await until(`${id} is verified`, async () => {
        const all = await verifications(api, id);
        return all.length > 0 && all;
      });
      expect(found).toMatchObject({ result: 'passed', level: 1, schedule: 'objects', backupId: id });
    }

    const objects = (await readdir(join(folder.store, 'duckdb', duckdb.id, '1'), { recursive: true })).filter(
      (name) => name.endsWith('.parquet'),
    );
    const path = `duckdb/${duckdb.id}/1/${objects[0] ?? ''}`;
    const whole = await remember(folder.store, [path]);
    await damage.flip(folder.store, path);
    const damaged = await api.shows('it is damaged', { id: duckdb.id, status: 'damaged' });
    expect(damaged).toMatchObject({ damage: expect.stringContaining(path) });
    expect(damaged.lastVerification).toMatchObject({ result: 'damaged' });
    await other.shows('the other control plane knows', { id: duckdb.id, status: 'damaged' });
    expect(await damageOf(api, 'duckdb')).toContain(`${duckdb.id} is damaged: `);
    expect(await damageOf(api, 'parquet')).toBeNull();

    const id = await api.trigger({ backupType: 'duckdb', backupScope: 'incremental' });
    expect(await api.reaches(id, 'completed')).toMatchObject({
      backupScope: 'full',
      parentId: null,
      note: expect.stringContaining(`parent ${duckdb.id} is damaged: `),
    });
    expect(await damageOf(api, 'duckdb')).toBeNull();

    await whole();
    await api.shows('it is whole again', { id: duckdb.id, status: 'completed' });
    const body = { level: 3, reason: 'a drill' };
    const asked = await api.request(`/api/backups/${id}/verifications`, { body });
    expect(asked.status).toBe(202);
    const { verificationId } = (await asked.json()) as { verificationId: string };
    const restored = await until(
      'it is restored and compared',
      async () => (await verifications(other, id)).find((one) => one.id === verificationId),
      patience,
    );
    expect(restored).toMatchObject({
      ...{ level: 3, reached: 3, result: 'passed', requestedBy: 'quickstart-admin', reason: 'a drill' },
    });
  }, 300_000);
});
