import { beforeEach, describe, expect, it } from '@jest/globals';
import type { RecordedEvent } from '../../model/recorded-event.ts';
import type { EventStream } from '../../stores/events/port.ts';
import { aFailure, anOrder } from '../support/orders.ts';

export function describeEventsContract(name: string, make: () => Promise<EventStream>): void {
  describe(`the event stream ${name}`, () => {
    let stream: EventStream;
    beforeEach(async () => {
      stream = await make();
    });

    const read = (after: string | undefined, count = 100, waitMs = 0) =>
      stream.read({ after, count, waitMs, onInvalid: () => undefined });

    async function appended(count: number): Promise<RecordedEvent[]> {
      const events = Array.from({ length: count }, () => aFailure(anOrder('duckdb-full')));
      for (const event of events) await stream.append(event);
      return events;
    }

    it('gives back what was appended, in order and unchanged', async () => {
      const events = await appended(20);
      expect((await read(undefined)).map(({ event }) => event)).toEqual(events);
    });

    it('goes on after a cursor, in pages', async () => {
      const events = await appended(25);
      const seen: RecordedEvent[] = [];
      for (let cursor: string | undefined, page = await read(undefined, 10); page.length > 0;) {
        seen.push(...page.map(({ event }) => event));
        cursor = page.at(-1)?.cursor;
        page = await read(cursor, 10);
      }
      expect(seen).toEqual(events);
    });

    it('has cursors that sort as text, also beyond ten in the same millisecond', async () => {
      await Promise.all(Array.from({ length: 200 }, () => stream.append(aFailure(anOrder('duckdb-full')))));
      const cursors = (await read(undefined, 1000)).map(({ cursor }) => cursor);
      expect(new Set(cursors).size).toBe(200);
      expect(cursors.toSorted()).toEqual(cursors);
    });

    it('waits for the first event, and gives up after the time given', async () => {
      expect(await read(undefined, 10, 30)).toEqual([]);
      const waiting = read(undefined, 10, 20_000);
      const [event] = await appended(1);
      expect((await waiting).map((entry) => entry.event)).toEqual([event]);
    });

    it('appends and answers while a read waits', async () => {
      const waiting = read(undefined, 10, 20_000);
      expect(await read(undefined)).toEqual([]);
      expect(await stream.newest()).toBeUndefined();
      const [event] = await appended(1);
      expect((await waiting).map((entry) => entry.event)).toEqual([event]);
    });

    it('tells the newest cursor, and none when it is empty', async () => {
      expect(await stream.newest()).toBeUndefined();
      await appended(3);
      expect(await stream.newest()).toBe((await read(undefined)).at(-1)?.cursor);
    });

    it('trims what lies before a cursor, and not the cursor itself', async () => {
      await appended(5);
      const entries = await read(undefined);
      await stream.trim(entries[3]?.cursor ?? '');
      expect(await read(undefined)).toEqual(entries.slice(3));
      expect(await stream.newest()).toBe(entries[4]?.cursor);
      const left = await Promise.all(entries.map(({ cursor }) => stream.has(cursor)));
      expect(left).toEqual([false, false, false, true, true]);
    });

    it('keeps what each reader has noted last', async () => {
      expect(await stream.noted('one')).toBeUndefined();
      await stream.note('one', 'here');
      await stream.note('one', 'there');
      await stream.note('other', 'elsewhere');
      expect([await stream.noted('one'), await stream.noted('other')]).toEqual(['there', 'elsewhere']);
    });
  });
}
