import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  CreateAliasCommand,
  CreateGrantCommand,
  CreateKeyCommand,
  DisableKeyCommand,
  EnableKeyRotationCommand,
  GenerateDataKeyCommand,
  KMSClient,
  PutKeyPolicyCommand,
} from '@aws-sdk/client-kms';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { type AwsTenantKeysOptions, createAwsTenantKeys } from '../../../stores/tenant-keys/aws-kms.ts';
import { describeTenantKeysContract } from '../../contracts/tenant-keys-contract.ts';
import { motoMissing, motoPython, type MotoServer, startMotoServer } from '../../support/moto-server.ts';
import { scratchFolders } from '../../support/scratch.ts';

const python = motoPython();
if (python === undefined) console.warn(motoMissing);
const scratch = scratchFolders();
const tenantIds = ['6f1c2f0e-8f43-4f0c-9f57-2b6a1d1f0a01', '1a2b3c4d-0000-4000-8000-00000000000b'] as const;
let moto: MotoServer;
/** One for each call: what a test makes in a region, no other sees. */
const regions = ['eu-west-1', 'eu-west-2', 'eu-west-3', 'eu-north-1', 'us-east-1', 'us-east-2', 'us-west-1']
  .concat(['us-west-2', 'ap-south-1', 'ap-northeast-1', 'ap-northeast-2', 'ap-southeast-1', 'ca-central-1'])
  .concat(['ap-southeast-2', 'sa-east-1', 'ap-south-2', 'eu-south-1', 'me-south-1'])
  .values();

/** Two tenants' keys in a region that no other test uses. */
async function tenants(options: Partial<AwsTenantKeysOptions> = {}, spell = (id: string) => id) {
  const region = regions.next().value;
  if (region === undefined) throw new Error('name another region above');
  const where = { region, endpoint: moto.url, credentials: moto.credentials };
  const client = new KMSClient(where);
  const create = async (tenantId: string, purpose: 'signing' | 'encryption', multiRegion = true) => {
    const { KeyMetadata: metadata } = await client.send(
      new CreateKeyCommand({
        ...(purpose === 'signing' ? { KeyUsage: 'SIGN_VERIFY', KeySpec: 'ECC_NIST_P256' } : {}),
        ...{ Description: `${purpose} of a tenant`, MultiRegion: multiRegion },
        Tags: [{ TagKey: 'purpose', TagValue: purpose }],
      }),
    );
    const keyId = metadata?.KeyId ?? '';
    const alias = `alias/tenant/${tenantId}/${purpose}`;
    await client.send(new CreateAliasCommand({ AliasName: alias, TargetKeyId: keyId }));
    return keyId;
  };
  await create(tenantIds[0], 'signing');
  const encryption = await create(tenantIds[0], 'encryption');
  await create(tenantIds[1], 'encryption', false);
  const context = { tenantId: tenantIds[0] };
  const dataKey = await client.send(
    new GenerateDataKeyCommand({ KeyId: encryption, KeySpec: 'AES_256', EncryptionContext: context }),
  );
  const ciphertext = Buffer.from(dataKey.CiphertextBlob ?? []).toString('base64');
  const wrappedKeysFile = join(await scratch(), 'wrapped.json');
  const wrapped = { id: 'orders', keyId: null, ciphertext, context };
  await writeFile(
    wrappedKeysFile,
    JSON.stringify({ format: 1, tenants: { [spell(tenantIds[0])]: [wrapped] } }),
  );
  const keys = createAwsTenantKeys({ ...where, replicaRegion: null, wrappedKeysFile, ...options });
  return { keys, client, create, encryption, tenantIds, dataKey: dataKey.Plaintext ?? new Uint8Array() };
}

if (python === undefined) it.skip(motoMissing, () => undefined);
else {
  beforeAll(async () => {
    moto = await startMotoServer(python);
  });
  afterAll(() => moto.stop());

  describeTenantKeysContract('aws-kms', async () => {
    const { client, encryption, ...made } = await tenants();
    return {
      ...made,
      async disable() {
        await client.send(new DisableKeyCommand({ KeyId: encryption }));
      },
    };
  });

  describe('keys in AWS KMS', () => {
    it('are described with policy, aliases, tags, grants and rotation', async () => {
      const { keys, client, encryption } = await tenants();
      const policy = JSON.stringify({ Version: '2012-10-17', Statement: [] });
      await client.send(
        new PutKeyPolicyCommand({ KeyId: encryption, PolicyName: 'default', Policy: policy }),
      );
      await client.send(new EnableKeyRotationCommand({ KeyId: encryption, RotationPeriodInDays: 180 }));
      const grantee = 'arn:aws:iam::123456789012:role/app';
      const granted = await client.send(
        new CreateGrantCommand({ KeyId: encryption, GranteePrincipal: grantee, Operations: ['Decrypt'] }),
      );
      const [, key] = await keys.keys(tenantIds[0]);
      expect(key).toMatchObject({
        spec: 'SYMMETRIC_DEFAULT',
        description: 'encryption of a tenant',
        policies: { default: policy },
        aliases: [`alias/tenant/${tenantIds[0]}/encryption`],
        tags: { purpose: 'encryption' },
        rotation: { enabled: true },
      });
      expect(key?.grants).toHaveLength(1);
      expect(JSON.parse(key?.grants[0] ?? '')).toMatchObject({
        GranteePrincipal: grantee,
        Operations: ['Decrypt'],
      });
      expect(key?.grants[0]).not.toContain(granted.GrantToken);
      keys.close();
    });

    it('get a replica in the second region, which is proven there, once made and then checked', async () => {
      const { keys } = await tenants({ replicaRegion: 'eu-central-1', replicaEndpoint: moto.url });
      for (const key of await keys.keys(tenantIds[0])) {
        const replica = await keys.replica(tenantIds[0], key);
        expect(replica).toMatchObject({ region: 'eu-central-1', made: true });
        expect(replica?.keyId).toContain(':eu-central-1:');
        expect(await keys.replica(tenantIds[0], key)).toMatchObject({ made: false, keyId: replica?.keyId });
      }
      keys.close();
    });

    it('have no replica when they are single-region keys', async () => {
      const { keys } = await tenants({ replicaRegion: 'eu-central-1', replicaEndpoint: moto.url });
      const [key] = await keys.keys(tenantIds[1]);
      expect(key?.multiRegion).toBe(false);
      expect(key && (await keys.replica(tenantIds[1], key))).toBeNull();
      keys.close();
    });

    it('are unusable, by their own name for it, when their policy refuses', async () => {
      const { keys, client, encryption } = await tenants();
      const deny = { Effect: 'Deny', Principal: { AWS: '*' }, Action: 'kms:*', Resource: '*' };
      const policy = JSON.stringify({ Version: '2012-10-17', Statement: [deny] });
      await client.send(
        new PutKeyPolicyCommand({ KeyId: encryption, PolicyName: 'default', Policy: policy }),
      );
      await expect(keys.keys(tenantIds[0])).rejects.toMatchObject({
        code: 'tenant-key-unusable',
        facts: { reason: 'AccessDeniedException' },
      });
      keys.close();
    });

    it.each(['ABCDEF01-8F43-4F0C-9F57-2B6A1D1F0A01', 'ABCDEF01-8f43-4f0c-9f57-2b6a1d1f0a01'])(
      'are found by schedule and on demand when their alias is in upper case (%s)',
      async (spelled) => {
        const { keys, dataKey, create } = await tenants({}, (id) => id.toUpperCase());
        const keyId = await create(spelled, 'encryption');
        const tenantId = spelled.toLowerCase();
        expect(await keys.tenants()).toEqual([...tenantIds, tenantId].sort());
        for (const asked of [tenantId, spelled]) {
          expect(await keys.keys(asked)).toMatchObject([
            { keyId: expect.stringContaining(keyId), aliases: [`alias/tenant/${spelled}/encryption`] },
          ]);
        }
        // The file of data keys spells the other tenant in upper case, too.
        const [secret] = await keys.secrets(tenantIds[0]);
        if (secret === undefined) throw new Error('the file names it');
        expect(await keys.unwrap(tenantIds[0], secret)).toEqual(dataKey);
        expect(await keys.tenantsWithSecrets()).toEqual([tenantIds[0]]);
        keys.close();
      },
    );

    it('are found in another case though nothing was listed, and open what is wrapped for their alias', async () => {
      const { keys, create, client } = await tenants();
      const spelled = 'ABCDEF01-8f43-4f0c-9f57-2b6a1d1f0a01';
      const tenantId = spelled.toLowerCase();
      const keyId = await create(spelled, 'encryption');
      expect(await keys.keys(tenantId)).toHaveLength(1);
      const made = await client.send(new GenerateDataKeyCommand({ KeyId: keyId, KeySpec: 'AES_256' }));
      const ciphertext = Buffer.from(made.CiphertextBlob ?? []).toString('base64');
      const secret = { id: 'orders', kind: 'data-key' as const, keyId: null, ciphertext, context: {} };
      expect(await keys.unwrap(tenantId, secret)).toEqual(made.Plaintext);
      keys.close();
    });

    it('are refused, not chosen from, when two spellings of an alias name different keys', async () => {
      const { keys, create } = await tenants();
      await create(tenantIds[0].toUpperCase(), 'encryption');
      expect(await keys.tenants()).toEqual([...tenantIds].sort());
      await expect(keys.keys(tenantIds[0])).rejects.toMatchObject({
        code: 'tenant-key-unusable',
        message: expect.stringContaining(
          `alias/tenant/${tenantIds[0].toUpperCase()}/encryption names another key`,
        ),
      });
      keys.close();
    });

    it('are described, not probed, when they make MACs', async () => {
      const { keys, client } = await tenants({ replicaRegion: 'eu-central-1', replicaEndpoint: moto.url });
      const tenantId = '2b3c4d5e-0000-4000-8000-00000000000c';
      const { KeyMetadata: made } = await client.send(
        new CreateKeyCommand({ KeyUsage: 'GENERATE_VERIFY_MAC', KeySpec: 'HMAC_256', MultiRegion: true }),
      );
      const AliasName = `alias/tenant/${tenantId}/signing`;
      await client.send(new CreateAliasCommand({ AliasName, TargetKeyId: made?.KeyId }));
      const [key] = await keys.keys(tenantId);
      expect(key).toMatchObject({ spec: 'HMAC_256', publicKey: null });
      if (key === undefined) throw new Error('it has an alias');
      expect(await keys.probe(tenantId, key)).toBeNull();
      expect(await keys.replica(tenantId, key)).toMatchObject({ made: true, probe: null });
      keys.close();
    });

    it('are unavailable when nobody answers', async () => {
      const keys = createAwsTenantKeys({
        ...{ region: 'eu-west-1', endpoint: 'http://127.0.0.1:9', credentials: moto.credentials },
        ...{ replicaRegion: null, wrappedKeysFile: null },
      });
      await expect(keys.tenants()).rejects.toMatchObject({ code: 'keys-unavailable' });
      keys.close();
    });
  });
}
