import type { Clock } from '../engine/clock.ts';
import type { Log } from '../engine/log.ts';
import { errorText } from '../errors/coded-error.ts';
import type { EventStream, StreamedEvent } from '../stores/events/port.ts';
import type { KeyRing } from '../stores/keys/port.ts';
import type { ObjectStore } from '../stores/objects/port.ts';
import { archivedUpTo, writeEvents } from './event-archive.ts';

export interface ArchiverOptions {
  readonly stream: EventStream;
  readonly objects: ObjectStore;
  readonly keys: KeyRing;
  readonly clock: Clock;
  readonly log: Log;
  /** Events in an object at most. */
  readonly maxEvents?: number;
  /** How long an event may wait for its object, in ms. */
  readonly maxAgeMs?: number;
  /** How long events stay in the stream after they are archived, in ms. */
  readonly keepMs?: number;
}

/**
 * Keeps the stream's events in the object store, and the stream short. The leader alone runs it; two at once, or one that
 * died in between, only store some events twice. Where it stands is written beside each object, so that a new leader
 * goes on behind the last one, without any other memory.
 */
export interface Archiver {
  /**
   * One turn, not to be begun before the last has ended: takes what is new, and stores it when it is enough or old
   * enough; `flush` stores it at once. Throws what the stores throw; nothing is lost then, the next turn tries again.
   */
  archive(options?: { readonly flush?: boolean }): Promise<void>;
  /**
   * Removes from the stream what is archived and older than `keepMs`; given the cursors of other readers that must not
   * miss anything, only what lies before them all. One of them undefined: nothing.
   */
  trim(readers?: readonly (string | undefined)[]): Promise<void>;
}

export function createArchiver(options: ArchiverOptions): Archiver {
  const { stream, objects, keys, clock, log } = options;
  const { maxEvents = 500, maxAgeMs = 60_000, keepMs = 7 * 86_400_000 } = options;
  let archived: { readonly cursor: string | undefined } | undefined;
  let held: StreamedEvent[] = [];
  let heldSince = 0;

  const onInvalid = (cursor: string, raw: string, error: unknown) => {
    log.warn(
      { cursor, raw: raw.slice(0, 500), error: errorText(error) },
      'an unreadable event is not archived',
    );
  };

  /** Where the archive ends in this stream; undefined for its beginning. */
  async function position(): Promise<string | undefined> {
    archived ??= { cursor: await archivedUpTo(objects, clock.now()) };
    return archived.cursor;
  }

  async function takeNew(): Promise<void> {
    const after = held.at(-1)?.cursor ?? (await position());
    const events = await stream.read({ after, count: maxEvents - held.length, waitMs: 0, onInvalid });
    // Asked after the read: what was read is then known to follow without a gap.
    if (after !== undefined && !(await stream.has(after))) {
      await store();
      archived = { cursor: undefined };
      return takeNew();
    }
    if (held.length === 0) heldSince = clock.now();
    held.push(...events);
  }

  async function store(): Promise<void> {
    const cursor = held.at(-1)?.cursor;
    if (cursor === undefined) return;
    const events = held.map(({ event }) => event);
    const key = await writeEvents({ objects, keys }, { events, cursor, now: clock.now() });
    archived = { cursor };
    held = [];
    log.info({ key, events: events.length }, 'events archived');
  }

  return {
    async archive({ flush = false } = {}) {
      for (let full = true; full;) {
        if (held.length < maxEvents) await takeNew();
        full = held.length >= maxEvents;
        if (full || flush || clock.now() - heldSince >= maxAgeMs) await store();
      }
    },
    async trim(readers = []) {
      const ends = [await position(), ...readers].filter((end) => end !== undefined);
      const [end] = ends.toSorted();
      if (end === undefined || ends.length <= readers.length) return;
      const before = await newestRemovable(end, clock.now() - keepMs);
      if (before !== undefined) await stream.trim(before);
    },
  };

  /** The last of the leading entries that are old and, coming before the end of the archive, archived. */
  async function newestRemovable(end: string, oldest: number): Promise<string | undefined> {
    let before: string | undefined;
    for (;;) {
      const events = await stream.read({ after: before, count: 1000, waitMs: 0, onInvalid: () => undefined });
      for (const { cursor, event } of events) {
        if (cursor > end || Date.parse(event.at) >= oldest) return before;
        before = cursor;
        if (cursor === end) return before;
      }
      if (events.length === 0) return undefined;
    }
  }
}
