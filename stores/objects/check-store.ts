import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { buffer } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { CodedError, errorCode, errorText } from '../../errors/coded-error.ts';
import type { ObjectStore } from './port.ts';

/** Whether a store keeps one of the guarantees that backups rely on. */
export interface StoreGuarantee {
  readonly guarantee: string;
  readonly kept: boolean;
  /** What was seen instead; null when it is kept. */
  readonly seen: string | null;
  /** Without it the store is refused; else read-back and digests find what goes wrong. */
  readonly needed: boolean;
}

/** More than one part of an upload, so that the parts' way of completing is tried too. */
const large = 17 * 1024 * 1024;

type Trial = (store: ObjectStore, key: string) => Promise<string | null>;

const trials: readonly { readonly guarantee: string; readonly needed: boolean; readonly trial: Trial }[] = [
  { guarantee: 'gives back what it was given', needed: true, trial: givesBack },
  {
    guarantee: 'never overwrites an object',
    needed: true,
    trial: (store, key) => refusesSecond(store, key, 100),
  },
  {
    guarantee: 'never overwrites an object that is uploaded in parts',
    needed: true,
    trial: (store, key) => refusesSecond(store, key, large),
  },
  { guarantee: 'lists an object as soon as it is stored', needed: true, trial: listsAtOnce },
  { guarantee: 'reads a part of an object', needed: true, trial: readsPart },
  { guarantee: 'keeps metadata', needed: false, trial: keepsMetadata },
  { guarantee: 'deletes an object', needed: false, trial: deletes },
];

/**
 * Tries out what a store guarantees, with small objects under `store-check/` that are deleted afterwards (in a bucket with
 * object lock they stay until their time is over). Throws `store-unavailable` when it does not answer.
 */
export async function checkObjectStore(store: ObjectStore): Promise<readonly StoreGuarantee[]> {
  const folder = `store-check/${randomUUID()}`;
  const found: StoreGuarantee[] = [];
  for (const [index, { guarantee, needed, trial }] of trials.entries()) {
    const key = `${folder}/${index}`;
    try {
      const seen = await trial(store, key);
      found.push({ guarantee, needed, seen, kept: seen === null });
    } catch (error) {
      if (errorCode(error) === 'store-unavailable') throw error;
      found.push({ guarantee, needed, seen: errorText(error), kept: false });
    } finally {
      await store.delete(key);
    }
  }
  return found;
}

/** Throws `configuration-invalid` when a store lacks what backups cannot do without: above all, that it never overwrites. */
export async function refuseUnsafeStore(store: ObjectStore): Promise<void> {
  const lacking = (await checkObjectStore(store)).filter(({ kept, needed }) => needed && !kept);
  if (lacking.length === 0) return;
  const what = lacking.map(({ guarantee, seen }) => `it should be one that ${guarantee}, but ${seen ?? ''}`);
  throw new CodedError(
    'configuration-invalid',
    `the object store is refused: ${what.join('; ')}. Use a server that honours If-None-Match, or a folder`,
    { facts: { lacking: lacking.map(({ guarantee }) => guarantee) } },
  );
}

async function givesBack(store: ObjectStore, key: string): Promise<string | null> {
  const bytes = randomBytes(100_000);
  await store.put(key, bytes);
  const read = await buffer(await store.get(key));
  if (!read.equals(bytes)) return 'other bytes came back';
  const { sha256 } = await store.digest(key);
  return sha256 === createHash('sha256').update(bytes).digest('hex') ? null : 'its digest is wrong';
}

async function refusesSecond(store: ObjectStore, key: string, bytes: number): Promise<string | null> {
  await store.put(key, Readable.from([Buffer.alloc(bytes, 'a')], { objectMode: false }));
  try {
    await store.put(key, Readable.from([Buffer.alloc(bytes, 'b')], { objectMode: false }));
    return 'a second object took the place of the first';
  } catch (error) {
    if (errorCode(error) !== 'object-exists') throw error;
  }
  const [first] = await buffer(await store.get(key, { start: 0, end: 1 }));
  return first === 'a'.charCodeAt(0) ? null : 'the second was refused and took the place of the first';
}

async function listsAtOnce(store: ObjectStore, key: string): Promise<string | null> {
  await store.put(key, Buffer.from('x'));
  for await (const object of store.list(key)) if (object.key === key && object.bytes === 1) return null;
  return 'it is not in the list';
}

async function readsPart(store: ObjectStore, key: string): Promise<string | null> {
  await store.put(key, Buffer.from('0123456789'));
  const part = await buffer(await store.get(key, { start: 3, end: 6 }));
  return part.toString() === '345' ? null : 'other bytes came back';
}

async function keepsMetadata(store: ObjectStore, key: string): Promise<string | null> {
  await store.put(key, Buffer.from('x'), { metadata: { 'backup-id': 'y' } });
  return (await store.head(key))?.metadata['backup-id'] === 'y' ? null : 'it is gone';
}

async function deletes(store: ObjectStore, key: string): Promise<string | null> {
  await store.put(key, Buffer.from('x'));
  await store.delete(key);
  return (await store.head(key)) === undefined ? null : 'it is still there';
}
