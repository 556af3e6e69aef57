import { randomBytes } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { CodedError, errorCode } from '../../errors/coded-error.ts';
import { sharedOwner } from '../../model/manifest.ts';
import type { Vault } from './open-object.ts';

/** The key lies in the store itself, sealed: whoever can restore can also go on adding to the archive. */
const path = 'keys/content-address';
const context = { backupId: sharedOwner, path, ordinal: 0 };
const length = 32;

const known = new WeakMap<Vault['store'], Promise<Buffer>>();

/**
 * The secret (32 bytes) with which content addresses are made, so that a listing of the store does not tell which files
 * it holds. Made by the first who asks, of several at once by one of them; asked once per store and process.
 */
export function readAddressKey(vault: Vault): Promise<Uint8Array> {
  const asked = known.get(vault.store);
  if (asked !== undefined) return asked;
  const reading = readOrMake(vault);
  known.set(vault.store, reading);
  reading.catch(() => known.delete(vault.store));
  return reading;
}

async function readOrMake(vault: Vault): Promise<Buffer> {
  return (await read(vault)) ?? (await make(vault));
}

async function read({ store, keys }: Vault): Promise<Buffer | undefined> {
  try {
    const key = await buffer(keys.open(await store.get(path), context));
    if (key.length === length) return key;
  } catch (error) {
    if (errorCode(error) === 'object-not-found') return undefined;
    throw error;
  }
  throw new CodedError('object-damaged', `${store.location(path)} holds no key of ${length} bytes`, {
    facts: { path },
  });
}

async function make(vault: Vault): Promise<Buffer> {
  const sealed = await buffer(vault.keys.seal(Readable.from([randomBytes(length)]), context));
  try {
    await vault.store.put(path, sealed);
  } catch (error) {
    if (errorCode(error) !== 'object-exists') throw error;
  }
  // Also one's own is read: what is used is what is stored.
  const key = await read(vault);
  if (key !== undefined) return key;
  throw new CodedError('object-damaged', `${vault.store.location(path)} was stored and is not there`);
}
