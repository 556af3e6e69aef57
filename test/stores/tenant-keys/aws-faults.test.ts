import type { IncomingMessage } from 'node:http';
import { CreateAliasCommand, CreateKeyCommand, KMSClient } from '@aws-sdk/client-kms';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { createAwsTenantKeys } from '../../../stores/tenant-keys/aws-kms.ts';
import { type Spoiling, startFaultyProxy } from '../../support/faulty-proxy.ts';
import { motoMissing, motoPython, type MotoServer, startMotoServer } from '../../support/moto-server.ts';

const python = motoPython();
if (python === undefined) console.warn(motoMissing);
const tenantId = '6f1c2f0e-8f43-4f0c-9f57-2b6a1d1f0a01';
const region = 'us-east-1';
const dataKey = { id: 'orders', kind: 'data-key' as const, keyId: null, ciphertext: 'AAAA', context: {} };
const errorOf = (name: string): string => JSON.stringify({ __type: name, message: 'said by KMS' });

(python === undefined ? describe.skip : describe)("tenants' keys behind a bad network", () => {
  let moto: MotoServer;
  const opened: (() => unknown)[] = [];
  beforeAll(async () => {
    moto = await startMotoServer(python ?? '');
    const client = new KMSClient({ region, endpoint: moto.url, credentials: moto.credentials });
    const { KeyMetadata: made } = await client.send(new CreateKeyCommand({}));
    const AliasName = `alias/tenant/${tenantId}/encryption`;
    await client.send(new CreateAliasCommand({ AliasName, TargetKeyId: made?.KeyId }));
    client.destroy();
  });
  afterEach(async () => {
    for (const close of opened.splice(0)) await close();
  });
  afterAll(() => moto.stop());

  async function keysBehind(spoil: (incoming: IncomingMessage) => Spoiling | undefined) {
    const proxy = await startFaultyProxy(moto.url, spoil);
    const where = { region, endpoint: proxy.url, credentials: moto.credentials, silenceMs: 150 };
    const keys = createAwsTenantKeys({ ...where, replicaRegion: null, wrappedKeysFile: null });
    opened.push(
      () => {
        keys.close();
      },
      () => proxy.close(),
    );
    return keys;
  }
  /** Spoils every third request: each of three tries at one call meets another fate. */
  function nowAndThen(spoiling: Spoiling) {
    let requests = 0;
    return (): Spoiling | undefined => (requests++ % 3 === 0 ? spoiling : undefined);
  }

  it.each<[string, Spoiling]>([
    ['resets', { reset: true }],
    ['500s', { status: 500, body: errorOf('KMSInternalException') }],
    ['throttling', { status: 400, body: errorOf('ThrottlingException') }],
    ['silence', { stall: 'before' }],
    ['half an answer', { stall: 'midway' }],
    ['cut answers', { cutAfter: 20 }],
  ])('are described and proven the same in spite of %s', async (_, spoiling) => {
    const quiet = await keysBehind(() => undefined);
    const keys = await keysBehind(nowAndThen(spoiling));
    const [found] = await keys.keys(tenantId);
    expect(found).toEqual((await quiet.keys(tenantId))[0]);
    if (found === undefined) throw new Error('no key');
    expect(await keys.probe(tenantId, found)).toMatchObject({ kind: 'sealed-and-opened' });
    expect(await keys.tenants()).toEqual([tenantId]);
  });

  it.each<[string, Spoiling]>([
    ['only resets', { reset: true }],
    ['only 500s', { status: 500, body: errorOf('KMSInternalException') }],
    ['only silence', { stall: 'before' }],
    ['only halves of answers', { stall: 'midway' }],
  ])(
    'are unavailable in time when there are %s, and no tenant is said to be missing',
    async (_, spoiling) => {
      const keys = await keysBehind(() => spoiling);
      const begun = performance.now();
      const unavailable = { code: 'keys-unavailable' };
      await expect(keys.keys(tenantId)).rejects.toMatchObject(unavailable);
      await expect(keys.tenants()).rejects.toMatchObject(unavailable);
      expect(performance.now() - begun).toBeLessThan(15_000);
    },
  );

  it.each(['DisabledException', 'KMSInvalidStateException'])(
    'keep a data key to themselves when they are not enabled (%s)',
    async (name) => {
      const keys = await keysBehind(({ headers }) =>
        String(headers['x-amz-target']).endsWith('.Decrypt')
          ? { status: 400, body: errorOf(name) }
          : undefined,
      );
      expect(await keys.unwrap(tenantId, dataKey)).toBeNull();
    },
  );

  it.each(['ExpiredTokenException', 'UnrecognizedClientException', 'InvalidSignatureException'])(
    'are not to blame for the credentials (%s)',
    async (name) => {
      const keys = await keysBehind(() => ({ status: 400, body: errorOf(name) }));
      const unavailable = { code: 'keys-unavailable', message: expect.stringContaining('the credentials') };
      await expect(keys.tenants()).rejects.toMatchObject(unavailable);
      await expect(keys.keys(tenantId)).rejects.toMatchObject(unavailable);
      await expect(keys.unwrap(tenantId, dataKey)).rejects.toMatchObject(unavailable);
    },
  );

  it('are unavailable while too much is asked', async () => {
    const keys = await keysBehind(() => ({ status: 400, body: errorOf('RequestLimitExceeded') }));
    await expect(keys.tenants()).rejects.toMatchObject({ code: 'keys-unavailable' });
    await expect(keys.keys(tenantId)).rejects.toMatchObject({ code: 'keys-unavailable' });
  });

  it('are not named where their aliases may not be listed: the right is', async () => {
    const keys = await keysBehind(() => ({ status: 400, body: errorOf('AccessDeniedException') }));
    const error: unknown = await keys.tenants().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'keys-unavailable',
      message: expect.stringMatching(/AccessDeniedException.*kms:ListAliases/),
    });
    expect(String(error)).not.toContain('alias/');
  });

  it.each(['NotFoundException', 'InvalidCiphertextException', 'AccessDeniedException'])(
    'are named with the data key that they do not open (%s)',
    async (name) => {
      const keys = await keysBehind(() => ({ status: 400, body: errorOf(name) }));
      const keyId = 'arn:aws:kms:us-east-1:123456789012:key/gone';
      await expect(keys.unwrap(tenantId, { ...dataKey, keyId })).rejects.toMatchObject({
        code: 'tenant-key-unusable',
        message: expect.stringContaining(
          `Data key orders of tenant ${tenantId} does not open with key ${keyId}`,
        ),
        facts: { dataKeyId: 'orders', reason: name },
      });
    },
  );

  it('are not proven by a probe that was changed on its way', async () => {
    let spoiling: Spoiling | undefined;
    const keys = await keysBehind(({ headers }) =>
      String(headers['x-amz-target']).endsWith('.Decrypt') ? spoiling : undefined,
    );
    const [found] = await keys.keys(tenantId);
    if (found === undefined) throw new Error('no key');
    spoiling = { rewrite: (body) => body.replace(/("Plaintext": ?")(.{8})/, '$1AAAAAAAA') };
    await expect(keys.probe(tenantId, found)).rejects.toMatchObject({
      code: 'tenant-key-unusable',
      message: expect.stringContaining('does not come back as it was'),
    });
    spoiling = undefined;
    expect(await keys.probe(tenantId, found)).toMatchObject({ kind: 'sealed-and-opened' });
  });
});
