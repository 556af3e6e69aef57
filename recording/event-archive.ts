import { text } from 'node:stream/consumers';
import { Readable } from 'node:stream';
import { z } from 'zod';
import { monotonicFactory } from 'ulid';
import { CodedError } from '../errors/coded-error.ts';
import { type RecordedEvent, recordedEvent } from '../model/recorded-event.ts';
import type { KeyRing, SealContext } from '../stores/keys/port.ts';
import type { ObjectStore } from '../stores/objects/port.ts';

/** Later objects of a process have later keys, also within a millisecond: the last key says where the archive ends. */
const nextId = monotonicFactory();

/** What all event objects begin with; below it, `<yyyy-mm-dd>/<ulid>`. */
export const eventsPrefix = 'events/';

const keyPattern = /^events\/(\d{4}-\d{2}-\d{2})\/([0-9A-HJKMNP-TV-Z]{26})$/;

/** What was never in the stream, since whoever wrote it has no Redis: it says nothing of where the archive ends. */
const loneKeyPattern = /^events\/(\d{4}-\d{2}-\d{2})\/([0-9A-HJKMNP-TV-Z]{26})\.lone$/;

interface ArchiveStores {
  readonly objects: ObjectStore;
  readonly keys: KeyRing;
}

/** An event object is sealed as the object 0 of an owner of its own, so that one in another's place is found. */
function contextOf(key: string): SealContext {
  const [, , backupId] = keyPattern.exec(key) ?? loneKeyPattern.exec(key) ?? [];
  if (backupId === undefined) {
    throw new CodedError('object-damaged', `"${key}" is no key of an event object.`, { facts: { key } });
  }
  return { backupId, path: key, ordinal: 0 };
}

/**
 * Stores events as one sealed object of JSON lines, and the cursor of the last of them beside it: what the archive
 * holds, it says itself. Returns its key.
 */
export async function writeEvents(
  { objects, keys }: ArchiveStores,
  batch: { readonly events: readonly RecordedEvent[]; readonly cursor: string; readonly now: number },
): Promise<string> {
  const key = newKey(batch.now);
  await put({ objects, keys }, { key, events: batch.events, metadata: { cursor: batch.cursor } });
  return key;
}

/** Stores events that no stream has carried, as an object of their own. Returns its key. */
export async function writeLoneEvents(
  stores: ArchiveStores,
  batch: { readonly events: readonly RecordedEvent[]; readonly now: number },
): Promise<string> {
  const key = `${newKey(batch.now)}.lone`;
  await put(stores, { key, events: batch.events, metadata: {} });
  return key;
}

function newKey(now: number): string {
  return `${eventsPrefix}${new Date(now).toISOString().slice(0, 10)}/${nextId(now)}`;
}

async function put(
  { objects, keys }: ArchiveStores,
  {
    key,
    events,
    metadata,
  }: {
    readonly key: string;
    readonly events: readonly RecordedEvent[];
    readonly metadata: Readonly<Record<string, string>>;
  },
): Promise<void> {
  const lines = events.map((event) => `${JSON.stringify(event)}\n`);
  const sealed = keys.seal(Readable.from([Buffer.from(lines.join(''))]), contextOf(key));
  await objects.put(key, sealed, { metadata: { ...metadata, events: String(lines.length) } });
}

/** The events of an object, proven. Throws `object-damaged`. */
export async function readEvents(
  { objects, keys }: Pick<ArchiveStores, 'objects'> & { readonly keys: Pick<KeyRing, 'open'> },
  key: string,
): Promise<RecordedEvent[]> {
  const context = contextOf(key);
  const plain = await text(keys.open(await objects.get(key), context));
  try {
    return z.array(recordedEvent).parse(
      plain
        .split('\n')
        .filter((line) => line !== '')
        .map((line): unknown => JSON.parse(line)),
    );
  } catch (error) {
    throw new CodedError('object-damaged', `The event object ${key} holds something else than events.`, {
      cause: error,
      facts: { key },
    });
  }
}

/** Up to which cursor the newest event object reaches; undefined when there is none. */
export async function archivedUpTo(objects: ObjectStore, now: number): Promise<string | undefined> {
  const newest = (await newestOfRecentDays(objects, now)) ?? (await newestUnder(objects, eventsPrefix));
  if (newest === undefined) return undefined;
  return (await objects.head(newest))?.metadata['cursor'];
}

/** Most often today or yesterday: saves listing years of objects. */
async function newestOfRecentDays(objects: ObjectStore, now: number): Promise<string | undefined> {
  for (let back = -1; back <= 7; back += 1) {
    const day = new Date(now - back * 86_400_000).toISOString().slice(0, 10);
    const newest = await newestUnder(objects, `${eventsPrefix}${day}/`);
    if (newest !== undefined) return newest;
  }
  return undefined;
}

async function newestUnder(objects: ObjectStore, prefix: string): Promise<string | undefined> {
  let newest: string | undefined;
  for await (const { key } of objects.list(prefix)) if (keyPattern.test(key)) newest = key;
  return newest;
}
