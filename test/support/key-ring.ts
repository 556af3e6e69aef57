import { cp, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { createSealingKeys, openLocalKeyRing } from '../../stores/keys/local.ts';
import type { KeyRing } from '../../stores/keys/port.ts';
import { madeOnce } from './made-once.ts';

export interface TestKeys {
  readonly keys: KeyRing;
  /** The private half of the recovery key. */
  readonly recoveryPem: string;
  readonly recoveryPublicPem: string;
}

/** A real local key ring, the same for all test files. */
export async function testKeys(): Promise<TestKeys> {
  const files = filesIn(await made());
  const [recoveryPem, recoveryPublicPem] = await Promise.all([
    readFile(files.recoveryPrivateKey, 'utf8'),
    readFile(files.recoveryPublicKey, 'utf8'),
  ]);
  return { keys: await openLocalKeyRing(files), recoveryPem, recoveryPublicPem };
}

/** Its files, copied into a folder. */
export async function copyKeyFiles(folder: string) {
  await cp(await made(), folder, { recursive: true });
  return filesIn(folder);
}

const made = () => madeOnce('key-ring', (folder) => createSealingKeys(filesIn(folder), { bits: 3072 }));

function filesIn(folder: string) {
  return {
    keyring: join(folder, 'keyring.json'),
    recoveryPublicKey: join(folder, 'recovery.pem'),
    recoveryPrivateKey: join(folder, 'private.pem'),
  };
}
