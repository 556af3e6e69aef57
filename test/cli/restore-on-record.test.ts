import { readdir, rm } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { createBackupCatalog } from '../../backups/manifests/catalog.ts';
import { archivedUpTo, eventsPrefix } from '../../recording/event-archive.ts';
import { rebuildMetadata } from '../../recording/rebuild-metadata.ts';
import { openDuckdbMetadata } from '../../stores/metadata/duckdb.ts';
import { cliSites } from '../support/cli-site.ts';
import { duckdbBackups } from '../support/duckdb-backups.ts';
import { quietLog } from '../support/real-parquet.ts';
import { scratchFolders } from '../support/scratch.ts';

const site = cliSites(scratchFolders());
const own = "CREATE TABLE t AS SELECT i, 'tenant-' || (i % 2) AS owner FROM range(10) r(i)";

async function backedUp() {
  const at = await site();
  const backups = await duckdbBackups(at.folder, { keys: at.vault.keys });
  await backups.change([own, 'CREATE TABLE other (a INTEGER)']);
  const { id } = await backups.backup('full');
  const { vault } = at;
  const recorded = async () => {
    const metadata = await openDuckdbMetadata({ path: ':memory:', log: quietLog });
    const stores = { objects: vault.store, keys: vault.keys, log: quietLog };
    const report = await rebuildMetadata({
      ...{ ...stores, metadata, catalog: createBackupCatalog(vault, quietLog) },
    });
    const restores = await metadata.recoveries({ limit: 10 });
    await metadata.close();
    return { restores, damaged: report.damaged };
  };
  return { ...at, id, recorded, to: join(at.folder, 'back.duckdb') };
}

const tenant = ['--tenant', 'tenant-1', '--tenant-column', 'owner'];

describe('a restore on the command line', () => {
  it('of one tenant says beforehand what it leaves out, and is on record with who and why', async () => {
    const { run, to, id, recorded, vault } = await backedUp();
    const done = await run('restore', 'duckdb', '--to', to, ...tenant, '--reason', 'moved out', '--json');
    expect(JSON.parse(done.out)).toMatchObject({ tables: 1, rows: 5 });
    expect(done.err).toContain('only rows with owner tenant-1: main.t');
    expect(done.err).toContain(
      'left out, without that column (a generated one does not count; --tables names more): main.other',
    );
    const { restores, damaged } = await recorded();
    expect(damaged).toEqual([]);
    expect(restores).toMatchObject([
      {
        ...{ status: 'completed', backupId: id, to, trigger: 'cli', reason: 'moved out' },
        ...{ tenant: { id: 'tenant-1', column: 'owner' }, counts: { tables: 1, rows: 5 } },
        requestedBy: expect.stringContaining(`${userInfo().username}@`) as unknown,
      },
    ]);
    expect(await archivedUpTo(vault.store, Date.now())).toBeUndefined();
  });

  it('is on record when it failed, and not when nothing was chosen or it was a rehearsal', async () => {
    const { run, to, recorded, folder } = await backedUp();
    const rehearsed = await run('restore', 'duckdb', '--to', to, ...tenant, '--dry-run', '--json');
    expect(JSON.parse(rehearsed.out)).toMatchObject({
      wouldRestore: to,
      objects: 1,
      plainBytes: expect.any(Number) as unknown,
    });
    expect(await run('restore', 'duckdb', '--to', to, '--tenant', 'x')).toMatchObject({ code: 2 });
    expect((await run('restore', 'duckdb', '--to', to, '--at', '2020-01-01T00:00:00Z')).code).toBe(1);
    expect((await recorded()).restores).toEqual([]);
    expect(await readdir(folder)).not.toContain('back.duckdb');
    const nobody = ['--tenant', 'nobody', '--tenant-column', 'owner'];
    expect((await run('restore', 'duckdb', '--to', to, ...nobody)).err).toContain('tenant-not-found');
    expect((await recorded()).restores).toMatchObject([
      { status: 'failed', errorCode: 'tenant-not-found', reason: 'none given' },
    ]);
  });

  it('goes on where it cannot be put on record, and says so', async () => {
    const { run, to, folder, privateKey, vault } = await backedUp();
    await rm(join(folder, 'keyring.json'));
    const done = await run('restore', 'duckdb', '--to', to, '--recovery-key', privateKey);
    expect(done).toMatchObject({ code: 0 });
    expect(done.err).toContain('warning: this restore is not on record');
    for await (const { key } of vault.store.list(eventsPrefix)) throw new Error(key);
  });
});
