import { chmod, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { unwrapWithKey } from '../../../stores/tenant-keys/data-key-wrap.ts';
import { createLocalTenantKeys } from '../../../stores/tenant-keys/local.ts';
import { makeLocalTenantKeys, readLocalTenants } from '../../../stores/tenant-keys/local-file.ts';
import { describeTenantKeysContract } from '../../contracts/tenant-keys-contract.ts';
import { scratchFolders } from '../../support/scratch.ts';

const scratch = scratchFolders();
const tenantIds = ['6f1c2f0e-8f43-4f0c-9f57-2b6a1d1f0a01', '1a2b3c4d-0000-4000-8000-00000000000b'] as const;

async function made(): Promise<string> {
  const file = join(await scratch(), 'tenants.json');
  await makeLocalTenantKeys(file, tenantIds);
  return file;
}

describeTenantKeysContract('local', async () => {
  const file = await made();
  const tenant = (await readLocalTenants(file)).get(tenantIds[0]);
  const [dataKey] = tenant?.dataKeys ?? [];
  if (tenant === undefined || dataKey === undefined) throw new Error('the tenant has a data key');
  const key = Buffer.from(tenant.encryption.key, 'base64');
  return {
    keys: createLocalTenantKeys(file),
    tenantIds,
    dataKey: unwrapWithKey(key, Buffer.from(dataKey.ciphertext, 'base64'), dataKey.context),
    async disable() {
      const text = await readFile(file, 'utf8');
      const keys = JSON.parse(text) as { tenants: Record<string, { encryption: { enabled: boolean } }> };
      const encryption = keys.tenants[tenantIds[0]]?.encryption;
      if (encryption) encryption.enabled = false;
      await writeFile(file, JSON.stringify(keys));
    },
  };
});

describe("the file of tenants' keys", () => {
  it('may be read by its owner alone, and is refused otherwise', async () => {
    const file = await made();
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    await chmod(file, 0o644);
    await expect(createLocalTenantKeys(file).tenants()).rejects.toMatchObject({
      code: 'configuration-invalid',
    });
  });

  it('is never replaced', async () => {
    const file = await made();
    const before = await readFile(file, 'utf8');
    await expect(makeLocalTenantKeys(file, [])).rejects.toMatchObject({ code: 'configuration-invalid' });
    expect(await readFile(file, 'utf8')).toBe(before);
  });

  it('spells a tenant as it likes, and once', async () => {
    const file = await made();
    const text = await readFile(file, 'utf8');
    await writeFile(file, text.replaceAll(`"${tenantIds[0]}":`, `"${tenantIds[0].toUpperCase()}":`));
    const keys = createLocalTenantKeys(file);
    expect(await keys.tenants()).toEqual([...tenantIds].sort());
    expect(await keys.keys(tenantIds[0])).toHaveLength(2);
    await writeFile(file, text.replaceAll(`"${tenantIds[0]}":`, `"${tenantIds[1].toUpperCase()}":`));
    await expect(keys.tenants()).rejects.toMatchObject({ code: 'configuration-invalid' });
  });

  it('is not quoted when it is damaged', async () => {
    const file = await made();
    const text = await readFile(file, 'utf8');
    const secret = /"key": "([^"]+)"/.exec(text)?.[1] ?? '';
    for (const damaged of [text.slice(0, -20), text.replace('"format": 1', '"format": 2')]) {
      await writeFile(file, damaged);
      const error: unknown = await createLocalTenantKeys(file)
        .tenants()
        .catch((thrown: unknown) => thrown);
      expect(error).toMatchObject({ code: 'configuration-invalid' });
      expect(String((error as Error).stack)).not.toContain(secret);
    }
  });
});
