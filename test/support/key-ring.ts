import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createLocalKeyRing, openLocalKeyRing } from '../../stores/keys/local.ts';
import type { KeyRing } from '../../stores/keys/port.ts';

export interface TestKeys {
  readonly keys: KeyRing;
  /** The private half of the recovery key. */
  readonly recoveryPem: string;
  readonly recoveryPublicPem: string;
}

let made: Promise<TestKeys> | undefined;

/** A real local key ring, made once for a test file: its RSA key takes a while. */
export function testKeys(): Promise<TestKeys> {
  made ??= make();
  return made;
}

async function make(): Promise<TestKeys> {
  const folder = await mkdtemp(join(tmpdir(), 'keys-'));
  try {
    const files = { keyring: join(folder, 'keyring.json'), recoveryPublicKey: join(folder, 'recovery.pem') };
    const { privatePem, publicPem } = await createLocalKeyRing(files, { bits: 3072 });
    return { keys: await openLocalKeyRing(files), recoveryPem: privatePem, recoveryPublicPem: publicPem };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
