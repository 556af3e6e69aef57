import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createBackupCatalog } from '../../backups/manifests/catalog.ts';
import { type ManifestObject, manifestPath } from '../../model/manifest.ts';
import { type SweepDeps, sweepLeftovers } from '../../reaping/sweep-leftovers.ts';
import { sampleAdmission } from '../support/backups.ts';
import { storeManifest } from '../support/manifests.ts';
import { anOrder } from '../support/orders.ts';
import { recordingLog } from '../support/recording-log.ts';
import { scratchFolders } from '../support/scratch.ts';
import { SettableClock } from '../support/settable-clock.ts';
import { folderVault } from '../support/vault.ts';

const scratch = scratchFolders();
const { signal } = new AbortController();
const twoHours = 2 * 3_600_000;

async function setting(admitted: readonly string[] = [], completed: readonly string[] = []) {
  const vault = await folderVault(await scratch());
  const { log } = recordingLog();
  const clock = new SettableClock(Date.now());
  const deps: SweepDeps = {
    ...{ objects: vault.store, catalog: createBackupCatalog(vault, log), clock, log },
    exclusion: {
      admissions: () =>
        Promise.resolve(
          admitted.map((backupId) => sampleAdmission({ order: anOrder('duckdb-full', { backupId }) })),
        ),
    },
    metadata: { open: () => Promise.resolve([]), completedIds: () => Promise.resolve(new Set(completed)) },
  };
  const put = async (key: string) => {
    const { storeChecksum } = await vault.store.put(key, Buffer.from('an object'));
    return { ...(await vault.store.digest(key)), storeChecksum };
  };
  const keys = async (): Promise<string[]> => {
    const found: string[] = [];
    for await (const { key } of vault.store.list('')) found.push(key);
    return found;
  };
  return { vault, deps, clock, put, keys, sweep: () => sweepLeftovers(deps, signal) };
}

describe('leftovers of failed attempts', () => {
  it('are removed once they are old: all of a backup without a manifest, and other attempts beside one', async () => {
    const { vault, clock, put, keys, sweep } = await setting();
    const order = anOrder('duckdb-full', { attempt: 2 });
    await storeManifest(vault, {}, { order });
    const kept = [`duckdb/${order.backupId}/2/a`, `parquet/objects/00/0a`];
    const { backupId } = anOrder('duckdb-full');
    const left = [`duckdb/${order.backupId}/1/a`, `duckdb/${backupId}/1/a`, `duckdb/${backupId}/1/b/c`];
    for (const key of [...kept, ...left]) await put(key);
    expect(await sweep()).toBe(0);
    clock.tick(twoHours);
    expect(await sweep()).toBe(3);
    expect(await keys()).toEqual([kept[0], manifestPath('duckdb', order.backupId), kept[1]]);
    expect(await sweep()).toBe(0);
  });

  it('stay while their backup is admitted, since it may be running', async () => {
    const { backupId } = anOrder('duckdb-full');
    const { clock, put, sweep } = await setting([backupId]);
    await put(`duckdb/${backupId}/1/a`);
    clock.tick(twoHours);
    expect(await sweep()).toBe(0);
  });

  it('stay while a manifest cannot be read, which may name them', async () => {
    const { vault, clock, put, sweep } = await setting();
    const damaged = anOrder('duckdb-full').backupId;
    await put(`duckdb/${anOrder('duckdb-full').backupId}/1/a`);
    await put(`duckdb/${damaged}/1/a`);
    await writeFile(join(vault.root, manifestPath('duckdb', damaged)), 'damaged');
    clock.tick(twoHours);
    expect(await sweep()).toBe(0);
  });

  it('stay where the manifest of another backup names them', async () => {
    const { vault, clock, put, sweep } = await setting();
    const { backupId } = anOrder('tigerbeetle-snapshot');
    const path = `tigerbeetle/${backupId}/1/transfers/1.parquet`;
    const { bytes, sha256, storeChecksum } = await put(path);
    const object: ManifestObject = {
      ...{ path, name: 'transfers', ordinal: 0, sealedBy: backupId, plainBytes: 1, plainSha256: sha256 },
      ...{ sealedBytes: bytes, sealedSha256: sha256, storeChecksum, rows: 1 },
    };
    await storeManifest(vault, { objects: [object] }, { order: anOrder('tigerbeetle-snapshot') });
    clock.tick(twoHours);
    expect(await sweep()).toBe(0);
  });

  it('are none of a completed backup whose manifest is gone, and may be put back', async () => {
    const { backupId } = anOrder('duckdb-full');
    const { clock, put, sweep } = await setting([], [backupId]);
    await put(`duckdb/${backupId}/1/a`);
    clock.tick(twoHours);
    expect(await sweep()).toBe(0);
  });
});
