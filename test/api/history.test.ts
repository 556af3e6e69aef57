import { afterEach, describe, expect, it } from '@jest/globals';
import { ulid } from 'ulid';
import { backupRoutesOf } from '../../api/backup-routes.ts';
import { systemClock } from '../../engine/clock.ts';
import { startRoutes } from '../../engine/start-routes.ts';
import type { BackupEvent } from '../../model/backup-event.ts';
import { showBackupHistory } from '../../routes/get-backup-history.ts';
import { openDuckdbMetadata } from '../../stores/metadata/duckdb.ts';
import { testApis } from '../support/api.ts';
import { sampleOrder } from '../support/backups.ts';
import { recordingLog } from '../support/recording-log.ts';
import { testRedis } from '../support/redis.ts';

const serve = testApis();
const { url, prefix } = testRedis();
const open: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

/** A completed backup a minute, from the beginning of 2026. */
function completed(count: number): BackupEvent[] {
  return Array.from({ length: count }, (_, minute) => {
    const time = Date.parse('2026-01-01T00:00:00.000Z') + minute * 60_000;
    const at = new Date(time).toISOString();
    const order = sampleOrder({ backupId: ulid(time), requestedAt: at });
    return {
      kind: 'completed',
      at,
      order,
      startTime: at,
      fencingToken: minute + 1,
      worker: 'here:2',
      endTime: new Date(time + 1000).toISOString(),
      scope: 'full',
      location: `file:///backups/${order.backupId}`,
      checksum: 'ab'.repeat(32),
      plainBytes: 10,
      sealedBytes: 20,
      objects: 1,
      parentId: null,
      compression: 'zstd',
      encryption: 'AES-256-GCM',
      retentionUntil: null,
      note: null,
    };
  });
}

/** The route, the metadata and the API as they run together. */
async function serveHistoryOf(events: readonly BackupEvent[]) {
  const { log } = recordingLog();
  const metadata = await openDuckdbMetadata({ path: ':memory:', log });
  const runner = await startRoutes(
    [showBackupHistory],
    { metadata },
    { url, prefix, clock: systemClock, log },
  );
  open.push(
    () => runner.stop(1000),
    () => metadata.close(),
  );
  await metadata.restore(events);
  return serve({ metadata, routes: backupRoutesOf(runner) });
}

describe('backup history API', () => {
  it('returns last 50 backups', async () => {
    const events = completed(60);
    const api = await serveHistoryOf(events);
    const response = await api.get('/api/backups/history');
    const history = (await response.json()) as { id: string }[];
    const newest = events.toReversed().slice(0, 50);
    expect(history.map(({ id }) => id)).toEqual(newest.map(({ order }) => order.backupId));
    expect(history[0]).toMatchObject({
      id: newest[0]?.order.backupId,
      backupType: 'duckdb',
      backupScope: 'full',
      startTime: '2026-01-01T00:59:00.000Z',
      endTime: '2026-01-01T00:59:01.000Z',
      status: 'completed',
      backupSizeBytes: 20,
      backupLocation: `file:///backups/${newest[0]?.order.backupId ?? ''}`,
      checksum: 'ab'.repeat(32),
    });
  });

  it('pages through all of them by its Link header, 1000 at most at a time', async () => {
    const events = completed(1003);
    const api = await serveHistoryOf(events);
    const seen: string[] = [];
    let path: string | undefined = '/api/backups/history?limit=1000';
    for (let pages = 0; path !== undefined && pages < 5; pages++) {
      const response: Response = await api.get(path);
      seen.push(...((await response.json()) as { id: string }[]).map(({ id }) => id));
      path = /^<(\S+)>; rel="next"$/.exec(response.headers.get('link') ?? '')?.[1];
    }
    expect(seen).toEqual(events.toReversed().map(({ order }) => order.backupId));
  });

  it('narrows by time, type and state', async () => {
    const api = await serveHistoryOf(completed(10));
    const count = async (query: string) =>
      ((await (await api.get(`/api/backups/history?${query}`)).json()) as unknown[]).length;
    expect(await count('from=2026-01-01T00:02:00Z&to=2026-01-01T00:05:00Z')).toBe(3);
    expect(await count('backupType=parquet')).toBe(0);
    expect(await count('status=completed')).toBe(10);
    expect(await count('status=failed')).toBe(0);
  });
});
