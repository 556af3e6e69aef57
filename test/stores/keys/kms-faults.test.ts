import { writeFile } from 'node:fs/promises';
import type { IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { inspect } from 'node:util';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { errorCode } from '../../../errors/coded-error.ts';
import { openKmsKeyRing } from '../../../stores/keys/kms.ts';
import { openWithRecoveryKey } from '../../../stores/keys/recovery-key.ts';
import { type Spoiling, startFaultyProxy } from '../../support/faulty-proxy.ts';
import { testKeys } from '../../support/key-ring.ts';
import { newKmsKey } from '../../support/kms-key.ts';
import { motoMissing, motoPython, type MotoServer, startMotoServer } from '../../support/moto-server.ts';
import { scratchFolders } from '../../support/scratch.ts';

const python = motoPython();
if (python === undefined) console.warn(motoMissing);
const scratch = scratchFolders();
const context = { backupId: '01KAVQ0000000000000000000A', path: 'kms/a/1/key', ordinal: 0 };
const errorOf = (name: string): string => JSON.stringify({ __type: name, message: 'said by KMS' });

(python === undefined ? describe.skip : describe)('a KMS key ring behind a bad network', () => {
  let moto: MotoServer;
  const opened: (() => unknown)[] = [];
  beforeAll(async () => {
    moto = await startMotoServer(python ?? '');
  });
  afterEach(async () => {
    for (const close of opened.splice(0)) await close();
  });
  afterAll(() => moto.stop());

  /** A ring whose requests are spoiled as `network.spoil` says at the time. */
  async function ringBehind(limits: { readonly silenceMs?: number; readonly deadlineMs?: number } = {}) {
    const network: { spoil: (incoming: IncomingMessage) => Spoiling | undefined } = {
      spoil: () => undefined,
    };
    const recoveryPublicKey = join(await scratch(), 'recovery-public.pem');
    await writeFile(recoveryPublicKey, (await testKeys()).recoveryPublicPem);
    const keyArn = await newKmsKey(moto);
    const proxy = await startFaultyProxy(moto.url, (incoming) => network.spoil(incoming));
    const { credentials } = moto;
    const ring = await openKmsKeyRing({
      keyArn,
      recoveryPublicKey,
      endpoint: proxy.url,
      credentials,
      ...limits,
    });
    opened.push(
      () => {
        ring.close();
      },
      () => proxy.close(),
    );
    const seal = () => buffer(ring.seal(Readable.from([Buffer.from('ledger')]), context));
    const open = (sealed: Buffer) => buffer(ring.open(Readable.from([sealed]), context));
    return { network, proxy, seal, open };
  }
  function times(count: number, spoiling: Spoiling) {
    let left = count;
    return (): Spoiling | undefined => (left-- > 0 ? spoiling : undefined);
  }

  it.each<[string, Spoiling]>([
    ['a reset', { reset: true }],
    ['a 500', { status: 500, body: errorOf('KMSInternalException') }],
    ['throttling', { status: 400, body: errorOf('ThrottlingException') }],
    ['a lost answer', { loseAnswer: true }],
    ['a cut answer', { cutAfter: 40 }],
  ])('goes on after %s, sealing and opening', async (_, spoiling) => {
    const { network, seal, open } = await ringBehind();
    network.spoil = times(1, spoiling);
    const sealed = await seal();
    network.spoil = times(1, spoiling);
    expect((await open(sealed)).toString()).toBe('ledger');
  });

  it.each<[string, Spoiling]>([
    ['before an answer', { stall: 'before' }],
    ['midway in an answer', { stall: 'midway' }],
  ])('gives up in time when KMS stalls %s', async (_, spoiling) => {
    const { network, seal, open } = await ringBehind({ deadlineMs: 400 });
    const sealed = await seal();
    network.spoil = () => spoiling;
    const begun = performance.now();
    const unavailable = { code: 'keys-unavailable', message: expect.stringContaining('within 400 ms') };
    await expect(seal()).rejects.toMatchObject(unavailable);
    await expect(open(sealed)).rejects.toMatchObject(unavailable);
    expect(performance.now() - begun).toBeLessThan(5_000);
  });

  it('tries again when one try stalls', async () => {
    const { network, proxy, seal } = await ringBehind({ silenceMs: 300 });
    network.spoil = times(1, { stall: 'before' });
    await seal();
    expect(proxy.requests()).toBe(2);
  });

  it.each(['DisabledException', 'KMSInvalidStateException', 'AccessDeniedException', 'NotFoundException'])(
    'says what KMS refuses (%s), and does not call the object damaged',
    async (name) => {
      const { network, proxy, seal, open } = await ringBehind();
      const sealed = await seal();
      network.spoil = () => ({ status: 400, body: errorOf(name) });
      const before = proxy.requests();
      const refused = { code: 'working-key-unusable', facts: { reason: name } };
      await expect(seal()).rejects.toMatchObject(refused);
      await expect(open(sealed)).rejects.toMatchObject(refused);
      expect(proxy.requests() - before).toBe(2);
    },
  );

  it('does not answer, rather than refuse, while too much is asked', async () => {
    const { network, seal } = await ringBehind();
    network.spoil = () => ({ status: 400, body: errorOf('RequestLimitExceeded') });
    await expect(seal()).rejects.toMatchObject({ code: 'keys-unavailable' });
  });

  it('seals so that the recovery key opens, whatever byte of an answer was changed', async () => {
    const { network, seal, open } = await ringBehind();
    const recovery = openWithRecoveryKey((await testKeys()).recoveryPem);
    let sealedOnes = 0;
    let dataKey = '';
    const rewrite = (body: string): string => {
      dataKey = /"Plaintext": ?"([^"]+)"/.exec(body)?.[1] ?? '';
      return body;
    };
    for (let flipAt = 0; flipAt < 400; flipAt += 13) {
      network.spoil = times(3, { flipAt, rewrite });
      const sealed = await seal().catch((error: unknown) => {
        // A parser quotes some characters of what it cannot read.
        for (let at = 0; at + 6 < dataKey.length; at += 1) {
          expect(inspect(error, { depth: 9, showHidden: true })).not.toContain(dataKey.slice(at, at + 6));
        }
      });
      network.spoil = () => undefined;
      if (sealed === undefined) continue;
      sealedOnes += 1;
      expect((await buffer(recovery.open(Readable.from([sealed]), context))).toString()).toBe('ledger');
      const opened: unknown = await open(sealed).then(String, errorCode);
      expect(['ledger', 'object-damaged', 'working-key-unusable']).toContain(opened);
    }
    expect(sealedOnes).toBeGreaterThan(5);
  });

  const changed = (field: string): Spoiling => ({
    rewrite: (body) => body.replace(new RegExp(`("${field}": ?").{8}`), '$1AAAAAAAA'),
  });

  it.each(['Plaintext', 'CiphertextBlob'])(
    'seals for the recovery key alone when the %s of a data key was changed on its way',
    async (field) => {
      const { network, seal, open } = await ringBehind();
      network.spoil = times(1, changed(field));
      const sealed = await seal();
      const recovery = openWithRecoveryKey((await testKeys()).recoveryPem);
      expect((await buffer(recovery.open(Readable.from([sealed]), context))).toString()).toBe('ledger');
      expect(await open(sealed).then(String, errorCode)).toMatch(/^(object-damaged|working-key-unusable)$/);
    },
  );

  it('opens nothing with a data key that was changed on its way', async () => {
    const { network, seal, open } = await ringBehind();
    const sealed = await seal();
    network.spoil = () => changed('Plaintext');
    await expect(open(sealed)).rejects.toMatchObject({ code: 'object-damaged' });
  });
});
