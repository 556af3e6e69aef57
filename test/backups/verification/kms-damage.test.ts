import { generateKeyPairSync } from 'node:crypto';
import { mkdtemp } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from '@jest/globals';
import { type KmsDetails, kmsDetails } from '../../../backups/kms/manifest.ts';
import { createKmsReader } from '../../../backups/kms/reader.ts';
import { createKmsTaker } from '../../../backups/kms/take-backup.ts';
import { recoveryWrap } from '../../../backups/kms/wrap-for-recovery.ts';
import { createBackupCatalog } from '../../../backups/manifests/catalog.ts';
import { createObjectSink } from '../../../backups/sealing/object-sink.ts';
import { manifestPath } from '../../../model/manifest.ts';
import { createLocalTenantKeys } from '../../../stores/tenant-keys/local.ts';
import { makeLocalTenantKeys } from '../../../stores/tenant-keys/local-file.ts';
import type { TenantKeys } from '../../../stores/tenant-keys/port.ts';
import { damage, remember } from '../../support/damage.ts';
import { storeManifest } from '../../support/manifests.ts';
import { anOrder } from '../../support/orders.ts';
import { quietLog } from '../../support/real-parquet.ts';
import { scratchFolders } from '../../support/scratch.ts';
import { folderVault } from '../../support/vault.ts';
import { verifyIn } from '../../support/verify-backups.ts';

const scratch = scratchFolders();
const tenantIds = ['1a2b3c4d-0000-4000-8000-00000000000b', '6f1c2f0e-8f43-4f0c-9f57-2b6a1d1f0a01'] as const;
const { publicKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
const recovery = recoveryWrap(publicKey.export({ type: 'spki', format: 'pem' }).toString());

/** Two backups of the same tenants' keys, the newest last. */
async function aSite(unwraps?: TenantKeys['unwrap']) {
  const folder = await scratch();
  const file = join(folder, 'tenants.json');
  await makeLocalTenantKeys(file, tenantIds);
  const vault = await folderVault(folder);
  const keys = createLocalTenantKeys(file);
  const unwrap = unwraps ?? keys.unwrap.bind(keys);
  const taker = createKmsTaker({ keys: { ...keys, unwrap }, recovery });
  const backUp = async (changes: Partial<KmsDetails> = {}) => {
    const order = anOrder('kms-keys', { schedule: 'kms-keys', trigger: 'schedule' });
    const [signal, progress] = [new AbortController().signal, (): void => undefined];
    const taken = await taker.take({
      ...{ order, startTime: new Date().toISOString(), signal, progress, log: quietLog },
      ...{ catalog: createBackupCatalog(vault, quietLog), scratch: await mkdtemp(join(folder, 'job-')) },
      sink: createObjectSink(vault, { order, signal, progress }),
    });
    return storeManifest(
      vault,
      { ...taken, details: { ...kmsDetails.parse(taken.details), ...changes } },
      { order },
    );
  };
  const [older, newest] = [await backUp(), await backUp()];
  return { vault, backUp, older, newest, verify: await verifyIn(folder, vault, createKmsReader) };
}

it('finds a whole backup of keys whole, and says why it is not restored', async () => {
  const { newest, verify } = await aSite();
  expect(await verify(newest.header.backupId, 1)).toMatchObject({ ok: true, level: 1 });
  const report = await verify(newest.header.backupId, 3);
  expect(report).toMatchObject({ ok: true, level: 2, findings: [], objects: 6 });
  expect(report.notes).toEqual([expect.stringContaining('no key service takes keys back')]);
});

it('finds a backup whole whose secrets a disabled key did not give out', async () => {
  const { newest, verify } = await aSite(() => Promise.resolve(null));
  expect(newest.header.note).toContain('6 data keys of disabled keys were not wrapped');
  expect(await verify(newest.header.backupId, 2)).toMatchObject({ ok: true, level: 2, findings: [] });
});

it('names a record that is another one than its manifest says, though every byte is as it was stored', async () => {
  const { backUp, verify } = await aSite();
  const { header, body } = await backUp({ recoveryKeyId: 'another' });
  const secrets = body.objects.filter(({ name }) => name.endsWith(' secrets')).map(({ path }) => path);
  const { ok, findings } = await verify(header.backupId, 2);
  expect({ ok, objects: findings.map(({ object }) => object) }).toEqual({ ok: false, objects: secrets });
});

it.each(['flip', 'truncate', 'delete', 'foreign'] as const)(
  'names every object of keys, and the manifest, after a %s',
  async (way) => {
    const { vault, older, newest, verify } = await aSite();
    const { backupId } = newest.header;
    const places = newest.body.objects.map(({ path }, index) => [
      path,
      older.body.objects[index]?.path ?? '',
    ]);
    places.push([manifestPath('kms', backupId), manifestPath('kms', older.header.backupId)]);
    for (const [path = '', other = ''] of places) {
      const whole = await remember(vault.root, [path]);
      // Validly sealed, and of the same key: what the backup before stored.
      await damage[way](vault.root, path, other);
      for (const level of [1, 2] as const) {
        const { ok, findings } = await verify(backupId, level);
        expect({ ok, objects: findings.map(({ object }) => object) }).toEqual({ ok: false, objects: [path] });
      }
      await whole();
    }
  },
);
