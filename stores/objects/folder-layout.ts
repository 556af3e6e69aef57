import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { mkdir, open, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';
import { CodedError } from '../../errors/coded-error.ts';
import { assertObjectKey } from './object-key.ts';

/** Holds unfinished uploads and the facts beside objects; never listed, never a key. */
export const reservedFolder = '.store';

/** Where an object's bytes lie. */
export function objectFile(root: string, key: string): string {
  assertObjectKey(key);
  if (key === reservedFolder || key.startsWith(`${reservedFolder}/`)) {
    throw new CodedError(
      'invalid-request',
      `object key ${key} is refused: ${reservedFolder} is the store's own`,
    );
  }
  return join(root, key);
}

export function uploadsFolder(root: string): string {
  return join(root, reservedFolder, 'uploads');
}

export function metadataFolder(root: string): string {
  return join(root, reservedFolder, 'metadata');
}

/**
 * Where the facts beside an object lie. The inode joins the name, so that of two writers racing for one key each
 * writes its own file and the object is always read with those of its writer. (A copy of the folder by other means
 * keeps the objects and loses these facts; nothing depends on them.)
 */
export function metadataFile(root: string, key: string, inode: bigint): string {
  return join(metadataFolder(root), `${key}.${inode}`);
}

/** Makes a folder with its parents, each durable: a crash must not lose the entry that leads to an object. */
export async function makeDurableFolder(folder: string): Promise<void> {
  const first = await mkdir(folder, { recursive: true, mode: 0o700 });
  if (first === undefined) return;
  for (let made = folder; ; made = dirname(made)) {
    await syncFolder(dirname(made));
    if (made === first) return;
  }
}

/**
 * That something is not there proves nothing when the store's own folder has gone (its disk is not mounted): throws
 * `store-unavailable` then.
 */
export async function requireRoot(root: string): Promise<void> {
  const found = await stat(root).catch(() => undefined);
  if (found?.isDirectory() === true) return;
  throw new CodedError(
    'store-unavailable',
    `the folder of the object store has gone, ${root}: is the disk mounted?`,
  );
}

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Names the processes among which a process id is unique: this boot and this process namespace. Two containers on one
 * host, or one host before and after a crash, differ.
 */
export function processSpace(): string {
  const facts = [hostname()];
  if (process.platform === 'linux') {
    facts.push(readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'), readlinkSync('/proc/self/ns/pid'));
  }
  return createHash('sha256').update(facts.join('\n')).digest('hex').slice(0, 12);
}
