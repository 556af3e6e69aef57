import { createPrivateKey } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { Redis } from 'ioredis';
import { readAddressKey } from '../../backups/sealing/address-key.ts';
import { readKeyringFile } from '../../stores/keys/keyring-file.ts';
import { openLocalKeyRing } from '../../stores/keys/local.ts';
import { createFolderStore } from '../../stores/objects/folder.ts';
import { unwrapWithKey } from '../../stores/tenant-keys/data-key-wrap.ts';
import { readLocalTenants } from '../../stores/tenant-keys/local-file.ts';
import type { Site } from './scheduler.ts';

type Files = Pick<Site, 'folder' | 'adminKey' | 'redis'>;

/** A secret as it might be written: each form is searched for. */
export interface Secret {
  readonly name: string;
  readonly forms: readonly (string | Buffer)[];
}

/** Raw, hex, base64 at each of its three offsets, and as JSON of a Buffer or of a Uint8Array. */
function secret(name: string, bytes: Uint8Array): Secret {
  const buffer = Buffer.from(bytes);
  // What stands before shifts base64; the characters that share a neighbour's bits are left out.
  const shifted = [0, 1, 2].map((before) =>
    Buffer.concat([Buffer.alloc(before), buffer])
      .toString('base64')
      .replace(/=+$/, '')
      .slice(before === 0 ? 0 : before + 1, -1),
  );
  const urlSafe = shifted.map((text) => text.replaceAll('+', '-').replaceAll('/', '_'));
  const listed = [...buffer].join(',');
  const indexed = [...buffer].map((byte, at) => `"${at}":${byte}`).join(',');
  const hex = buffer.toString('hex');
  return { name, forms: [buffer, hex, hex.toUpperCase(), ...shifted, ...urlSafe, listed, indexed] };
}

/**
 * Every secret that a quickstart's folder holds: working key, recovery key, tenants' keys and data keys, API key,
 * address key.
 */
export async function secretsOf({ folder, adminKey }: Files): Promise<Secret[]> {
  const found = (await readKeyringFile(folder.keyring)).map(({ bytes }) => secret('working key', bytes));
  for (const { signing, encryption, dataKeys } of (await readLocalTenants(folder.tenantKeys)).values()) {
    const key = Buffer.from(encryption.key, 'base64');
    found.push(secret("a tenant's encryption key", key));
    // The last 32 bytes of an Ed25519 key in PKCS #8 are the key itself.
    found.push(secret("a tenant's signing key", Buffer.from(signing.privateKey, 'base64').subarray(-32)));
    for (const { ciphertext, context } of dataKeys) {
      found.push(secret('a data key', unwrapWithKey(key, Buffer.from(ciphertext, 'base64'), context)));
    }
  }
  const { d, p, q } = createPrivateKey(await readFile(folder.recoveryPrivateKey)).export({ format: 'jwk' });
  for (const [part, number] of Object.entries({ d, p, q })) {
    found.push(secret(`${part} of the recovery key`, Buffer.from(number ?? '', 'base64url').subarray(0, 48)));
  }
  const files = { keyring: folder.keyring, recoveryPublicKey: folder.recoveryPublicKey };
  const vault = { store: await createFolderStore(folder.store), keys: await openLocalKeyRing(files) };
  found.push(secret('the address key', await readAddressKey(vault)));
  found.push({ name: 'an API key', forms: [adminKey, adminKey.replace(/^bks_/, '')] });
  return found;
}

/** What the processes of a site have written anywhere: a name, and the bytes. Asks Redis; the processes must have ended. */
export async function everythingWritten({
  folder,
  redis,
}: Files): Promise<readonly (readonly [string, Buffer])[]> {
  const connection = new Redis(redis.url);
  // Its append-only file holds all that was ever written, also what is gone again.
  const [, redisFolder = ''] = await connection.config('GET', 'dir');
  connection.disconnect();
  const written: (readonly [string, Buffer])[] = [];
  for (const root of [redisFolder, folder.store, folder.logs, folder.scratch, join(folder.metadata, '..')]) {
    for (const entry of await readdir(root, { recursive: true, withFileTypes: true })) {
      if (!entry.isFile()) continue;
      const file = join(entry.parentPath, entry.name);
      written.push([file, await readFile(file)]);
    }
  }
  written.push(['rows of the metadata', Buffer.from(await rowsOf(folder.metadata))]);
  return written;
}

/** All rows of all tables: in the file they are compressed. */
async function rowsOf(file: string): Promise<string> {
  const instance = await DuckDBInstance.create(file, { access_mode: 'READ_ONLY' });
  const connection = await instance.connect();
  try {
    const tables = (await connection.runAndReadAll('SHOW ALL TABLES')).getRowObjects();
    const rows: string[] = [];
    for (const { name } of tables) {
      const found = await connection.runAndReadAll(`SELECT t::VARCHAR FROM "${String(name)}" t`);
      rows.push(String(name), ...found.getRows().map(String));
    }
    return rows.join('\n');
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

/** Where which secret stands, in whatever form. */
export function findSecrets(
  written: readonly (readonly [string, Buffer])[],
  secrets: readonly Secret[],
): readonly string[] {
  return written.flatMap(([name, bytes]) =>
    secrets
      .filter(({ forms }) => forms.some((form) => bytes.includes(form)))
      .map((each) => `${each.name} in ${name}`),
  );
}
