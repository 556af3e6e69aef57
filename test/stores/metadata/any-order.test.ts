import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { BackupEvent } from '../../../model/backup-event.ts';
import type { StreamedEvent } from '../../../stores/events/port.ts';
import { openDuckdbMetadata } from '../../../stores/metadata/duckdb.ts';
import type { MetadataStore } from '../../../stores/metadata/port.ts';
import {
  completed,
  failed,
  foundDamaged,
  iso,
  refused,
  requested,
  started,
  streamed,
  testId,
  testOrder,
  verified,
} from '../../support/backup-events.ts';
import { recordingLog } from '../../support/recording-log.ts';
import { scratchFolders } from '../../support/scratch.ts';

const numRuns = process.env['SOAK'] === '1' ? 500 : 12;
const backups = [1, 2, 3, 4];
const scratch = scratchFolders();
const open = (path: string) => openDuckdbMetadata({ path, log: recordingLog().log });

const ending = fc.constantFrom('failed', 'interrupted', 'none', 'silent');

/** The life of a backup in its order: attempts that fail, are interrupted or vanish, then perhaps one that completes. */
const life = (n: number): fc.Arbitrary<BackupEvent[]> =>
  fc
    .record({
      attempts: fc.array(ending, { maxLength: 3 }),
      last: fc.constantFrom('completed', 'running', 'queued'),
    })
    .map(({ attempts, last }) => {
      const slot = { schedule: 'nightly', slot: iso(n * 1000) };
      const order = (attempt: number) => testOrder(n, { ...(n % 2 === 0 ? slot : {}), attempt });
      const earlier = attempts.flatMap((how, index): BackupEvent[] => {
        const one = order(index + 1);
        if (how === 'silent') return [requested(one)];
        if (how === 'none') return [requested(one), started(one, 10 + index)];
        return [
          requested(one),
          started(one, 10 + index),
          failed(one, { interrupted: how === 'interrupted' }),
        ];
      });
      const one = order(attempts.length + 1);
      const final: BackupEvent[] = [requested(one)];
      if (last !== 'queued') final.push(started(one, 20));
      if (last === 'completed') {
        final.push(completed(one, { fencingToken: 20 }), foundDamaged(one, n), verified(one, n + 10));
      }
      return [...earlier, ...final, ...(n === 3 ? [refused(testOrder(90))] : [])];
    });

async function everything(store: MetadataStore) {
  return {
    history: await store.history({ limit: 100 }),
    events: await Promise.all([...backups, 90].map((n) => store.events(testId(n)))),
    open: await store.open(),
    schedules: await store.scheduleHistory(Date.parse('2030-01-01')),
    completed: await store.completedIds(),
    token: await store.highestFencingToken(),
    verifiable: await store.verifiable(),
  };
}

async function onceInOrder(events: readonly BackupEvent[]) {
  const store = await open(':memory:');
  await store.apply(streamed(events));
  const all = await everything(store);
  await store.close();
  return all;
}

describe('events applied in any way', () => {
  it('make the same tables as applied once in order: twice, mixed, in batches, over restarts', async () => {
    const lives = fc.tuple(...backups.map(life));
    const delivery = lives.chain((each) => {
      const events = each.flat();
      return fc.record({
        events: fc.constant(events),
        deliveries: fc
          .tuple(
            fc.shuffledSubarray(events, { minLength: events.length }),
            fc.shuffledSubarray(events),
            fc.array(fc.nat(30), { minLength: events.length * 2, maxLength: events.length * 2 }),
          )
          .map(([all, again, places]) => {
            const mixed: BackupEvent[] = [...all];
            again.forEach((event, index) => mixed.splice((places[index] ?? 0) % mixed.length, 0, event));
            return mixed;
          }),
        sizes: fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 3, maxLength: 60 }),
        restarts: fc.array(fc.nat(8), { maxLength: 2 }),
        restored: fc.boolean(),
      });
    });
    await fc.assert(
      fc.asyncProperty(delivery, async ({ events, deliveries, sizes, restarts, restored }) => {
        const expected = await onceInOrder(events);
        const path = join(await scratch(), 'metadata.duckdb');
        let store = await open(path);
        const stream: StreamedEvent[] = streamed(deliveries);
        for (let at = 0, batch = 0; at < stream.length; batch += 1) {
          const next = at + (sizes[batch % sizes.length] ?? 1);
          const part = stream.slice(at, next);
          if (restored && batch % 2 === 0) await store.restore(part.map(({ event }) => event));
          await store.apply(part);
          expect(await store.cursor()).toBe(part.at(-1)?.cursor);
          if (restarts.includes(batch)) {
            await store.close();
            store = await open(path);
          }
          at = next;
        }
        expect(await everything(store)).toEqual(expected);
        await store.close();
      }),
      { numRuns, seed: 20260101 },
    );
  });
});
