import { afterEach, describe, expect, it } from '@jest/globals';
import type { TenantKeys } from '../../stores/tenant-keys/port.ts';
import { sha256 } from '../support/sha256.ts';

/** Keys of two tenants, one data key each, and what an adapter's service can be made to do. */
export interface TenantKeysUnderTest {
  readonly keys: TenantKeys;
  readonly tenantIds: readonly [string, string];
  /** The plain data key of the first tenant. */
  readonly dataKey: Uint8Array;
  /** Disables the first tenant's encryption key. */
  readonly disable: () => Promise<void>;
}

export function describeTenantKeysContract(name: string, make: () => Promise<TenantKeysUnderTest>): void {
  describe(`tenants' keys: ${name}`, () => {
    let open: TenantKeys | undefined;
    const made = async (): Promise<TenantKeysUnderTest> => {
      const under = await make();
      open = under.keys;
      return under;
    };
    afterEach(() => open?.close());

    it('names every tenant, sorted', async () => {
      const { keys, tenantIds } = await made();
      expect(await keys.tenants()).toEqual([...tenantIds].sort());
    });

    it('describes the signing and the encryption key', async () => {
      const { keys, tenantIds } = await made();
      const [signing, encryption, ...more] = await keys.keys(tenantIds[0]);
      expect(more).toEqual([]);
      expect(signing).toMatchObject({ purpose: 'signing', enabled: true });
      expect(signing?.publicKey).toMatch(/^-----BEGIN PUBLIC KEY-----\n/);
      expect(encryption).toMatchObject({ purpose: 'encryption', enabled: true, publicKey: null });
      expect(signing?.keyId).not.toBe(encryption?.keyId);
      expect(signing?.facts).toHaveProperty('createdAt');
    });

    it('knows a tenant in either case, and its secrets', async () => {
      const { keys, tenantIds } = await made();
      const other = tenantIds[0].toUpperCase();
      expect(await keys.keys(other)).toEqual(await keys.keys(tenantIds[0]));
      expect(await keys.secrets(other)).toEqual(await keys.secrets(tenantIds[0]));
      expect(await keys.tenantsWithSecrets()).toContain(tenantIds[0]);
    });

    it('refuses a tenant that it does not know', async () => {
      const { keys } = await made();
      const unknown = '00000000-0000-4000-8000-000000000000';
      await expect(keys.keys(unknown)).rejects.toMatchObject({
        code: 'tenant-not-found',
        facts: { tenantId: unknown },
      });
    });

    it('proves that both keys work, anew each time', async () => {
      const { keys, tenantIds } = await made();
      for (const key of await keys.keys(tenantIds[0])) {
        const one = await keys.probe(tenantIds[0], key);
        const other = await keys.probe(tenantIds[0], key);
        if (one === null || other === null) throw new Error('keys of these kinds can be probed');
        expect(one.kind).toBe(key.purpose === 'signing' ? 'signed-and-verified' : 'sealed-and-opened');
        expect(one.probeSha256).toMatch(/^[0-9a-f]{64}$/);
        expect(one.result).not.toBe(other.result);
      }
    });

    it('unwraps the data keys of a tenant, and no others', async () => {
      const { keys, tenantIds, dataKey } = await made();
      const secrets = await keys.secrets(tenantIds[0]);
      const wrapped = secrets.filter(({ kind }) => kind === 'data-key');
      expect(wrapped).toHaveLength(1);
      const [first] = wrapped;
      if (first === undefined) throw new Error('there is one');
      const plain = await keys.unwrap(tenantIds[0], first);
      if (plain === null) throw new Error('its key is enabled');
      expect(sha256(plain)).toBe(sha256(dataKey));
    });

    it('refuses a data key that was changed or has another context, without telling what it held', async () => {
      const { keys, tenantIds, dataKey } = await made();
      const secret = (await keys.secrets(tenantIds[0])).find(({ kind }) => kind === 'data-key');
      if (secret === undefined) throw new Error('there is a data key');
      const bytes = Buffer.from(secret.ciphertext ?? '', 'base64');
      bytes[bytes.length - 1] = (bytes.at(-1) ?? 0) ^ 1;
      const changed = { ...secret, ciphertext: bytes.toString('base64') };
      const foreign = { ...secret, context: { tenantId: 'another' } };
      for (const wrong of [changed, foreign]) {
        const error: unknown = await keys.unwrap(tenantIds[0], wrong).catch((thrown: unknown) => thrown);
        expect(error).toMatchObject({ code: 'tenant-key-unusable' });
        expect(String(error)).not.toContain(Buffer.from(dataKey).toString('base64'));
      }
    });

    it('describes a disabled key as such', async () => {
      const { keys, tenantIds, disable } = await made();
      await disable();
      const key = (await keys.keys(tenantIds[0])).find(({ purpose }) => purpose === 'encryption');
      expect(key?.enabled).toBe(false);
    });
  });
}
