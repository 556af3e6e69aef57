import { execFile } from 'node:child_process';
import { createReadStream } from 'node:fs';
import { copyFile, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { describe, expect, it } from '@jest/globals';
import { createObjectSink } from '../../backups/sealing/object-sink.ts';
import type { ManifestObject } from '../../model/manifest.ts';
import { manifestPath } from '../../model/manifest.ts';
import { testKeys } from '../support/key-ring.ts';
import { storeManifest } from '../support/manifests.ts';
import { anOrder } from '../support/orders.ts';
import { scratchFolders } from '../support/scratch.ts';
import { folderVault } from '../support/vault.ts';

const scratch = scratchFolders();
const repository = resolve(import.meta.dirname, '../../..');

async function backupOfParquet(
  folder: string,
): Promise<{ root: string; backup: string; object: ManifestObject }> {
  const vault = await folderVault(folder);
  const order = anOrder('duckdb-full');
  const plain = join(folder, 'plain.parquet');
  const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
  await duckdb.run(`COPY (SELECT i, i::VARCHAR AS t FROM range(300000) r(i)) TO '${plain}' (FORMAT parquet)`);
  const sink = createObjectSink(vault, {
    order,
    signal: new AbortController().signal,
    progress: () => undefined,
  });
  const object = await sink.write({ name: 'main.orders', file: 'orders.parquet' }, createReadStream(plain));
  await storeManifest(vault, { objects: [object] }, { order });
  return { root: vault.root, backup: `duckdb/${order.backupId}`, object };
}

/** Runs the script in an empty folder that holds it, the key and the AWS Encryption SDK. */
async function openIn(folder: string, root: string, backup: string) {
  await copyFile(join(repository, 'docs', 'open-backup.mjs'), join(folder, 'open-backup.mjs'));
  await symlink(join(repository, 'node_modules'), join(folder, 'node_modules'));
  await writeFile(join(folder, 'recovery.pem'), (await testKeys()).recoveryPem, { mode: 0o600 });
  return promisify(execFile)(
    process.execPath,
    ['open-backup.mjs', root, `${backup}/`, 'recovery.pem', 'opened'],
    {
      cwd: folder,
    },
  );
}

describe('the stand-alone script of the documentation', () => {
  it('opens a backup with the recovery key alone, and DuckDB reads what comes out', async () => {
    const { root, backup, object } = await backupOfParquet(await scratch());
    const folder = await scratch();
    const { stdout } = await openIn(folder, root, backup);
    expect(stdout).toContain('main.orders');
    const manifest: unknown = JSON.parse(await readFile(join(folder, 'opened', 'manifest.json'), 'utf8'));
    expect(manifest).toMatchObject({ header: { type: 'duckdb' }, objects: [object] });
    const duckdb = await (await DuckDBInstance.create(':memory:')).connect();
    const opened = join(folder, 'opened', object.path);
    const result = await duckdb.runAndReadAll(
      `SELECT count(*)::INT, sum(i)::VARCHAR, max(t) FROM '${opened}'`,
    );
    expect(result.getRows()).toEqual([[300000, '44999850000', '99999']]);
  });

  it('says which object is damaged, and leaves nothing of it', async () => {
    const { root, backup, object } = await backupOfParquet(await scratch());
    const file = join(root, object.path);
    const bytes = await readFile(file);
    bytes[bytes.length - 5] = (bytes.at(-5) ?? 0) ^ 1;
    await writeFile(file, bytes);
    const folder = await scratch();
    await expect(openIn(folder, root, backup)).rejects.toMatchObject({ code: 1 });
    const left = await readdir(join(folder, 'opened'), { recursive: true, withFileTypes: true });
    expect(left.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual(['manifest.json']);
  });

  it('does not believe a manifest whose header was changed', async () => {
    const { root, backup } = await backupOfParquet(await scratch());
    const file = join(root, manifestPath('duckdb', backup.split('/')[1] ?? ''));
    await writeFile(file, (await readFile(file, 'utf8')).replace('"fencingToken":7', '"fencingToken":8'));
    await expect(openIn(await scratch(), root, backup)).rejects.toMatchObject({
      stderr: expect.stringContaining('header was changed'),
    });
  });
});
