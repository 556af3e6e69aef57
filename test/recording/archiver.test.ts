import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '../../model/recorded-event.ts';
import { createArchiver } from '../../recording/archiver.ts';
import { archivedUpTo, eventsPrefix, readEvents } from '../../recording/event-archive.ts';
import { createMemoryEventStream } from '../../stores/events/memory.ts';
import type { EventStream } from '../../stores/events/port.ts';
import type { KeyRing } from '../../stores/keys/port.ts';
import { createFolderStore } from '../../stores/objects/folder.ts';
import type { ObjectStore } from '../../stores/objects/port.ts';
import { completed, iso, refused, testOrder } from '../support/backup-events.ts';
import { testKeys } from '../support/key-ring.ts';
import { recordingLog } from '../support/recording-log.ts';
import { scratchFolders } from '../support/scratch.ts';
import { SettableClock } from '../support/settable-clock.ts';

const day = 86_400_000;

describe('the event archive', () => {
  const scratch = scratchFolders();
  let folder: string;
  let objects: ObjectStore;
  let keys: KeyRing;
  let stream: EventStream;
  let clock: SettableClock;
  const { log } = recordingLog();

  beforeEach(async () => {
    folder = await scratch();
    objects = await createFolderStore(folder);
    ({ keys } = await testKeys());
    stream = createMemoryEventStream();
    clock = new SettableClock('2026-03-01T12:00:00.000Z');
  });

  const archiver = (to: ObjectStore = objects) =>
    createArchiver({
      stream,
      objects: to,
      keys,
      clock,
      log,
      maxEvents: 10,
      maxAgeMs: 60_000,
      keepMs: 7 * day,
    });

  async function append(from: number, to: number): Promise<RecordedEvent[]> {
    const events = Array.from({ length: to - from }, (_, n) => completed(testOrder(from + n)));
    for (const event of events) await stream.append(event);
    return events;
  }

  async function archived(): Promise<RecordedEvent[][]> {
    const batches: RecordedEvent[][] = [];
    for await (const { key } of objects.list(eventsPrefix))
      batches.push(await readEvents({ objects, keys }, key));
    return batches;
  }

  const ids = (batches: readonly RecordedEvent[][]) => batches.map((batch) => batch.length);

  it('stores a batch when it is full, and the rest when it is old enough', async () => {
    const events = await append(0, 23);
    const one = archiver();
    await one.archive();
    expect(ids(await archived())).toEqual([10, 10]);
    clock.tick(59_999);
    await one.archive();
    expect(ids(await archived())).toEqual([10, 10]);
    clock.tick(1);
    await one.archive();
    expect((await archived()).flat()).toEqual(expect.arrayContaining(events));
    expect(ids(await archived())).toEqual([10, 10, 3]);
  });

  it('stores at once when asked to, and nothing when there is nothing', async () => {
    const one = archiver();
    await one.archive({ flush: true });
    await append(0, 2);
    await stream.append(refused(testOrder(9)));
    await one.archive({ flush: true });
    await one.archive({ flush: true });
    expect(ids(await archived())).toEqual([3]);
  });

  it('lies under its day, sealed, and says up to where it reaches', async () => {
    await append(0, 1);
    await archiver().archive({ flush: true });
    for await (const { key } of objects.list('')) {
      expect(key).toMatch(/^events\/2026-03-01\/[0-9A-Z]{26}$/);
      const chunks = await (await objects.get(key)).toArray();
      expect(Buffer.concat(chunks as Buffer[]).includes('requestedBy')).toBe(false);
    }
    expect(await archivedUpTo(objects, clock.now())).toBe(await stream.newest());
    clock.tick(400 * day);
    expect(await archivedUpTo(objects, clock.now())).toBe(await stream.newest());
  });

  it('is continued by a new leader behind what the last one stored', async () => {
    const first = await append(0, 12);
    await archiver().archive();
    clock.tick(2 * day);
    const second = await append(12, 15);
    await archiver().archive({ flush: true });
    expect((await archived()).flat()).toEqual([...first, ...second]);
  });

  it('holds everything, some of it twice, when two archive at once', async () => {
    const one = archiver();
    const two = archiver();
    await append(0, 4);
    await Promise.all([one.archive(), two.archive({ flush: true })]);
    const events = await append(4, 8);
    await one.archive({ flush: true });
    await two.archive({ flush: true });
    await archiver().archive({ flush: true });
    expect((await archived()).flat()).toEqual(expect.arrayContaining(events));
    expect((await archived()).flat().length).toBeGreaterThanOrEqual(8);
  });

  it('loses nothing when the store fails, and tries again', async () => {
    const events = await append(0, 10);
    let failing = true;
    const one = archiver({
      ...objects,
      put: (...put) => (failing ? Promise.reject(new Error('no space')) : objects.put(...put)),
    });
    await expect(one.archive()).rejects.toThrow('no space');
    await expect(one.archive()).rejects.toThrow('no space');
    failing = false;
    await one.archive();
    expect(await archived()).toEqual([events]);
  });

  it('keeps what it held when the stream is lost, and starts again at its beginning', async () => {
    const one = archiver();
    const held = await append(0, 3);
    await one.archive();
    await stream.trim('9');
    const after = await append(3, 5);
    await one.archive({ flush: true });
    expect((await archived()).flat()).toEqual([...held, ...after]);
  });

  it('trims only what is archived and old', async () => {
    const old = Array.from({ length: 6 }, (_, n) =>
      completed(testOrder(n), { at: iso(clock.now() - 8 * day) }),
    );
    for (const event of old) await stream.append(event);
    const one = archiver();
    await one.trim();
    await one.archive({ flush: true });
    await one.trim([undefined]);
    await one.trim([
      (await stream.read({ after: undefined, count: 1, waitMs: 0, onInvalid: () => undefined }))[0]?.cursor,
    ]);
    expect(
      await stream.read({ after: undefined, count: 100, waitMs: 0, onInvalid: () => undefined }),
    ).toHaveLength(6);
    const young = completed(testOrder(7), { at: iso(clock.now() - 6 * day) });
    await stream.append(young);
    for (const event of old) await stream.append(event);
    await one.trim();
    const left = await stream.read({ after: undefined, count: 100, waitMs: 0, onInvalid: () => undefined });
    expect(left.map(({ event }) => event)).toEqual([old[5], young, ...old]);
    expect(await stream.has((await archivedUpTo(objects, clock.now())) ?? '')).toBe(true);
  });

  it('does not open an object that lies in the place of another, or was changed', async () => {
    await append(0, 10);
    await archiver().archive();
    const stored: string[] = [];
    for await (const { key } of objects.list(eventsPrefix)) stored.push(key);
    const [key = ''] = stored;
    const elsewhere = `events/2026-03-02/${key.slice(-26)}`;
    await objects.put(elsewhere, await objects.get(key));
    await expect(readEvents({ objects, keys }, elsewhere)).rejects.toMatchObject({ code: 'object-damaged' });
    await expect(readEvents({ objects, keys }, 'events/readme')).rejects.toMatchObject({
      code: 'object-damaged',
    });
    await writeFile(join(folder, key), 'changed');
    await expect(readEvents({ objects, keys }, key)).rejects.toMatchObject({ code: 'object-damaged' });
  });
});
