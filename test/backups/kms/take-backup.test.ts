import { constants, generateKeyPairSync, privateDecrypt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { keyRecord, kmsDetails, secretsRecord } from '../../../backups/kms/manifest.ts';
import { createKmsTaker } from '../../../backups/kms/take-backup.ts';
import { recoveryWrap } from '../../../backups/kms/wrap-for-recovery.ts';
import type { BackupOrder } from '../../../model/backup-order.ts';
import { unwrapWithKey } from '../../../stores/tenant-keys/data-key-wrap.ts';
import { createLocalTenantKeys } from '../../../stores/tenant-keys/local.ts';
import { makeLocalTenantKeys, readLocalTenants } from '../../../stores/tenant-keys/local-file.ts';
import type { TenantKeys } from '../../../stores/tenant-keys/port.ts';
import { memoryVault, type MemoryVault } from '../../support/memory-vault.ts';
import { scratchFolders } from '../../support/scratch.ts';
import { sha256 } from '../../support/sha256.ts';

const scratch = scratchFolders();
const tenantIds = ['1a2b3c4d-0000-4000-8000-00000000000b', '6f1c2f0e-8f43-4f0c-9f57-2b6a1d1f0a01'] as const;
const recoveryPair = generateKeyPairSync('rsa', { modulusLength: 3072 });
const recovery = recoveryWrap(recoveryPair.publicKey.export({ type: 'spki', format: 'pem' }).toString());
const scheduled: Partial<BackupOrder> = { schedule: 'kms-keys', trigger: 'schedule' };

async function local() {
  const file = join(await scratch(), 'tenants.json');
  await makeLocalTenantKeys(file, tenantIds);
  const keys = createLocalTenantKeys(file);
  return { file, keys, vault: memoryVault('kms'), taker: createKmsTaker({ keys, recovery }) };
}

/** Every secret of the file: keys, and what the data keys hold. */
async function secretsIn(file: string): Promise<Buffer[]> {
  const secrets: Buffer[] = [];
  for (const { signing, encryption, dataKeys } of (await readLocalTenants(file)).values()) {
    const key = Buffer.from(encryption.key, 'base64');
    // The last 32 bytes of an Ed25519 key in PKCS #8 are the key itself.
    secrets.push(key, Buffer.from(signing.privateKey, 'base64').subarray(-32));
    for (const { ciphertext, context } of dataKeys) {
      secrets.push(Buffer.from(unwrapWithKey(key, Buffer.from(ciphertext, 'base64'), context)));
    }
  }
  return secrets;
}

function json(vault: MemoryVault, name: string): unknown {
  const object = vault.manifests.at(-1)?.body.objects.find((each) => each.name === name);
  return JSON.parse(vault.objects.get(object?.path ?? '')?.toString() ?? 'null');
}

describe("a backup of tenants' keys", () => {
  it('holds each key of the tenant that was asked for, proven by a probe', async () => {
    const { vault, taker } = await local();
    const manifest = await vault.take(taker, {}, { tenantId: tenantIds[1] });
    const { tenants } = kmsDetails.parse(manifest.body.details);
    expect(tenants).toMatchObject([{ tenantId: tenantIds[1], secrets: 3 }]);
    expect(tenants[0]?.keys.map(({ purpose }) => purpose)).toEqual(['signing', 'encryption']);
    const signing = keyRecord.parse(json(vault, `${tenantIds[1]} signing`));
    expect(signing).toMatchObject({
      tenantId: tenantIds[1],
      probe: { kind: 'signed-and-verified' },
      replica: null,
    });
    expect(signing.publicKey).toContain('PUBLIC KEY');
    const encryption = keyRecord.parse(json(vault, `${tenantIds[1]} encryption`));
    expect(encryption.probe?.kind).toBe('sealed-and-opened');
  });

  it('holds the secrets so that the recovery key alone opens them', async () => {
    const { file, vault, taker } = await local();
    await vault.take(taker, {}, { tenantId: tenantIds[0] });
    const record = secretsRecord.parse(json(vault, `${tenantIds[0]} secrets`));
    const opened = record.secrets.map(({ forRecoveryKey }) =>
      privateDecrypt(
        {
          key: recoveryPair.privateKey,
          padding: constants.RSA_PKCS1_OAEP_PADDING,
          oaepHash: 'sha256',
        },
        Buffer.from(forRecoveryKey ?? '', 'base64'),
      ).subarray(-32),
    );
    const expected = (await secretsIn(file)).slice(0, 3).map(sha256);
    expect(opened.map(sha256).sort()).toEqual(expected.sort());
  });

  it('covers every tenant when its schedule runs', async () => {
    const { vault, taker } = await local();
    const { body } = await vault.take(taker, {}, scheduled);
    expect(kmsDetails.parse(body.details).tenants.map(({ tenantId }) => tenantId)).toEqual(tenantIds);
    expect(body.objects).toHaveLength(6);
    for (const { path } of body.objects) for (const id of tenantIds) expect(path).not.toContain(id);
  });

  it('needs a tenant on demand, and one that exists', async () => {
    const { vault, taker } = await local();
    await expect(vault.take(taker)).rejects.toMatchObject({ code: 'invalid-request', status: 400 });
    const tenantId = '00000000-0000-4000-8000-000000000000';
    await expect(vault.take(taker, {}, { tenantId })).rejects.toMatchObject({
      code: 'tenant-not-found',
      status: 404,
    });
    expect(vault.objects.size).toBe(0);
  });

  it('fails when a key does not work, and describes a disabled one', async () => {
    const { keys, vault } = await local();
    const broken: TenantKeys = { ...keys, probe: () => Promise.reject(new Error('the probe does not open')) };
    const taker = createKmsTaker({ keys: broken, recovery });
    await expect(vault.take(taker, {}, scheduled)).rejects.toThrow('the probe does not open');
    const disabled: TenantKeys = {
      ...broken,
      keys: async (tenantId) => (await keys.keys(tenantId)).map((key) => ({ ...key, enabled: false })),
    };
    const { header } = await vault.take(createKmsTaker({ keys: disabled, recovery }), {}, scheduled);
    expect(header.note).toBe('4 disabled keys were described and not probed');
  });

  it('keeps what a disabled key does not give out as it is, and backs up the others', async () => {
    const { keys, vault } = await local();
    const keeping: TenantKeys = {
      ...keys,
      unwrap: (tenantId, secret) =>
        tenantId === tenantIds[0] && secret.kind === 'data-key'
          ? Promise.resolve(null)
          : keys.unwrap(tenantId, secret),
    };
    const { header, body } = await vault.take(createKmsTaker({ keys: keeping, recovery }), {}, scheduled);
    expect(header.note).toBe(
      `1 data keys of disabled keys were not wrapped for the recovery key (tenant ${tenantIds[0]})`,
    );
    expect(kmsDetails.parse(body.details).tenants.map(({ secrets }) => secrets)).toEqual([3, 3]);
    const lacking = (tenantId: string) =>
      secretsRecord
        .parse(json(vault, `${tenantId} secrets`))
        .secrets.filter(({ forRecoveryKey }) => forRecoveryKey === null);
    expect(lacking(tenantIds[1])).toEqual([]);
    expect(lacking(tenantIds[0])).toMatchObject([
      { kind: 'data-key', ciphertext: expect.stringMatching(/^[\w+/]+=*$/) },
    ]);
  });

  it('names a secret that is too long for the recovery key, and overwrites it', async () => {
    const { keys, vault } = await local();
    const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
    const long = new Uint8Array(privateKey.export({ type: 'pkcs8', format: 'der' }));
    const taker = createKmsTaker({ keys: { ...keys, unwrap: () => Promise.resolve(long) }, recovery });
    const [secret] = await keys.secrets(tenantIds[0]);
    await expect(vault.take(taker, {}, scheduled)).rejects.toMatchObject({
      code: 'tenant-key-unusable',
      message: expect.stringContaining(`Secret ${secret?.id ?? ''} of tenant ${tenantIds[0]}`),
      facts: { bytes: long.length, maxBytes: 318 },
    });
    expect(long.every((byte) => byte === 0)).toBe(true);
  });

  it('wraps the longest secret that it says it wraps, and none longer', () => {
    const { maxBytes } = recovery;
    expect(recovery.wrap(new Uint8Array(maxBytes))).toHaveLength(512);
    expect(() => recovery.wrap(new Uint8Array(maxBytes + 1))).toThrow();
  });

  it('names a tenant in lower case, however it was asked for', async () => {
    const { vault, taker } = await local();
    const { body } = await vault.take(taker, {}, { tenantId: tenantIds[1].toUpperCase() });
    expect(kmsDetails.parse(body.details).tenants).toMatchObject([{ tenantId: tenantIds[1] }]);
    expect(secretsRecord.parse(json(vault, `${tenantIds[1]} secrets`)).tenantId).toBe(tenantIds[1]);
  });

  it('says which tenants have data keys and no key, when it is a backup of all', async () => {
    const { keys, vault } = await local();
    const gone = Array.from({ length: 7 }, (_, index) => `00000000-0000-4000-8000-00000000000${index}`);
    const tenantsWithSecrets = () => Promise.resolve([...gone, ...tenantIds]);
    const taker = createKmsTaker({ keys: { ...keys, tenantsWithSecrets }, recovery });
    expect((await vault.take(taker, {}, scheduled)).header.note).toBe(
      `the data keys of 7 tenants that have no key in local were left out (tenants ${gone.slice(0, 5).join(', ')} and 2 more)`,
    );
    expect((await vault.take(taker, {}, { tenantId: tenantIds[0] })).header.note).toBeNull();
  });

  it('says which keys are of kinds that cannot be probed', async () => {
    const { keys, vault } = await local();
    const unproven: TenantKeys = {
      ...keys,
      probe: (tenantId, key) =>
        key.purpose === 'signing' ? Promise.resolve(null) : keys.probe(tenantId, key),
    };
    const { header } = await vault.take(createKmsTaker({ keys: unproven, recovery }), {}, scheduled);
    expect(header.note).toBe('2 keys of kinds that cannot be probed were described alone (ED25519)');
    const record = keyRecord.parse(json(vault, `${tenantIds[0]} signing`));
    expect(record).toMatchObject({ enabled: true, probe: null });
  });

  it('says what became of replicas', async () => {
    const { keys, vault } = await local();
    const probe = { kind: 'sealed-and-opened' as const, result: 'AAAA', probeSha256: '' };
    const second: TenantKeys = {
      ...keys,
      replicaRegion: 'eu-central-1',
      keys: async (tenantId) =>
        (await keys.keys(tenantId)).map((key) => ({ ...key, multiRegion: key.purpose === 'encryption' })),
      replica: (_tenantId, key) =>
        Promise.resolve(
          key.multiRegion ? { region: 'eu-central-1', keyId: `${key.keyId}-copy`, made: true, probe } : null,
        ),
    };
    const taker = createKmsTaker({ keys: second, recovery });
    const { header, body } = await vault.take(taker, {}, { tenantId: tenantIds[0] });
    expect(header.note).toBe('1 single-region keys have no replica: only multi-region keys can be copied');
    const [tenant] = kmsDetails.parse(body.details).tenants;
    expect(tenant?.keys.map(({ replica }) => replica)).toEqual(['single-region', 'made']);
  });

  it('never lets key material out: not into an object, a manifest, a log or an error', async () => {
    const { file, keys, vault, taker } = await local();
    await vault.take(taker, {}, scheduled);
    const errors: unknown[] = [];
    const failing: TenantKeys = {
      ...keys,
      async unwrap(tenantId, secret) {
        const plain = await keys.unwrap(tenantId, { ...secret, context: { another: 'context' } });
        return plain;
      },
    };
    await vault.take(createKmsTaker({ keys: failing, recovery }), {}, scheduled).catch((error: unknown) => {
      errors.push(error);
    });
    expect(errors).toHaveLength(1);
    const written = Buffer.concat([
      ...vault.objects.values(),
      Buffer.from(JSON.stringify([vault.manifests, vault.logged])),
      ...errors.map((error) => Buffer.from(`${(error as Error).stack ?? ''}${JSON.stringify(error)}`)),
    ]);
    expect((await readFile(file)).includes((await secretsIn(file))[0]?.toString('base64') ?? '-')).toBe(true);
    for (const secret of await secretsIn(file)) {
      for (const form of [
        secret,
        secret.toString('base64'),
        secret.toString('base64url'),
        secret.toString('hex'),
      ]) {
        expect(written.includes(form)).toBe(false);
      }
    }
  });

  it('refuses a recovery key that is none', () => {
    const { publicKey } = generateKeyPairSync('ed25519');
    const pem = publicKey.export({ type: 'spki', format: 'pem' }).toString();
    for (const wrong of ['no key', pem]) expect(() => recoveryWrap(wrong)).toThrow(/not an RSA key in PEM/);
  });
});
