import { generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { KMSClient } from '@aws-sdk/client-kms';
import { afterEach, describe, expect, it } from '@jest/globals';
import { canProve, signAndVerify } from '../../../stores/tenant-keys/aws-probe.ts';
import type { TenantKey } from '../../../stores/tenant-keys/port.ts';

/** A signing key as AWS describes it; moto knows neither Ed25519 nor ML-DSA. */
function signingKey(facts: TenantKey['facts'], publicKey: string | null = null): TenantKey {
  return {
    ...{
      purpose: 'signing',
      keyId: 'arn',
      spec: 'a kind',
      enabled: true,
      multiRegion: false,
      description: '',
    },
    ...{ policies: {}, aliases: [], tags: {}, grants: [], rotation: null, publicKey },
    facts: { usage: 'SIGN_VERIFY', ...facts },
  };
}

describe('the probe of a signing key in AWS KMS', () => {
  const closers: (() => unknown)[] = [];
  afterEach(() => {
    for (const close of closers.splice(0)) close();
  });

  /** Signs as KMS does with an Ed25519 key: it takes the message raw. */
  async function ed25519() {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519');
    const asked: unknown[] = [];
    const server = createServer((request, response) => {
      void json(request).then((body) => {
        asked.push(body);
        const message = Buffer.from((body as { Message: string }).Message, 'base64');
        response.end(JSON.stringify({ Signature: sign(null, message, privateKey).toString('base64') }));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const address = server.address();
    if (address === null || typeof address === 'string') throw new Error('no port');
    const client = new KMSClient({
      region: 'eu-west-1',
      endpoint: `http://127.0.0.1:${address.port}`,
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
    });
    closers.push(
      () => {
        client.destroy();
      },
      () => server.close(),
    );
    return { client, asked, publicPem: publicKey.export({ type: 'spki', format: 'pem' }).toString() };
  }
  const algorithms = { signingAlgorithms: 'ED25519_PH_SHA_512 ED25519_SHA_512' };

  it('is verified with an Ed25519 key', async () => {
    const { client, asked, publicPem } = await ed25519();
    const key = signingKey(algorithms, publicPem);
    expect(canProve(key)).toBe(true);
    expect(await signAndVerify({ client, keyId: 'arn' }, key)).toMatchObject({ kind: 'signed-and-verified' });
    expect(asked).toMatchObject([{ MessageType: 'RAW', SigningAlgorithm: 'ED25519_SHA_512' }]);
  });

  it('is not proven by the signature of another Ed25519 key', async () => {
    const [{ client }, { publicPem }] = [await ed25519(), await ed25519()];
    const key = signingKey(algorithms, publicPem);
    expect(await signAndVerify({ client, keyId: 'arn' }, key)).toBeUndefined();
  });

  it.each<[string, TenantKey['facts']]>([
    ['ML-DSA', { signingAlgorithms: 'ML_DSA_SHAKE_256' }],
    ['SM2', { signingAlgorithms: 'SM2DSA' }],
    ['HMAC', { usage: 'GENERATE_VERIFY_MAC', signingAlgorithms: null }],
  ])('cannot be made where nothing here verifies it: %s', (_, facts) => {
    expect(canProve(signingKey(facts))).toBe(false);
  });

  it('fails, rather than being left out, with a key that is not for signing', () => {
    expect(canProve(signingKey({ usage: 'ENCRYPT_DECRYPT', signingAlgorithms: null }))).toBe(true);
  });
});
