import type { Redis } from 'ioredis';
import { recordedEvent } from '../../model/recorded-event.ts';
import { cursorOf, streamIdOf } from './cursor.ts';
import type { EventStream, StreamedEvent } from './port.ts';

export interface RedisEventStreamOptions {
  readonly redis: Redis;
  /** A connection for waiting reads alone, since a waiting read blocks its connection. Closed by whoever opened it. */
  readonly reader: Redis;
  readonly prefix: string;
}

/**
 * The stream `<prefix>:events`; each entry has one field, `event`, with the event as JSON. Notes lie beside it, at
 * `<prefix>:events:<reader>`.
 */
export function createRedisEventStream({ redis, reader, prefix }: RedisEventStreamOptions): EventStream {
  const key = `${prefix}:events`;

  async function entriesAfter(id: string, count: number, waitMs: number): Promise<[string, string[]][]> {
    const reply =
      waitMs > 0
        ? await reader.xread('COUNT', count, 'BLOCK', Math.ceil(waitMs), 'STREAMS', key, id)
        : await redis.xread('COUNT', count, 'STREAMS', key, id);
    return reply?.[0]?.[1] ?? [];
  }

  return {
    async append(event) {
      await redis.xadd(key, '*', 'event', JSON.stringify(event));
    },
    async read({ after, count, waitMs, onInvalid }) {
      let from = after === undefined ? '0-0' : streamIdOf(after);
      for (;;) {
        const entries = await entriesAfter(from, count, waitMs);
        const valid: StreamedEvent[] = [];
        for (const [id, fields] of entries) {
          from = id;
          const raw = fields[fields.indexOf('event') + 1] ?? '';
          const parsed = parseEvent(raw);
          if ('event' in parsed) valid.push({ cursor: cursorOf(id), event: parsed.event });
          else onInvalid(cursorOf(id), raw, parsed.error);
        }
        if (valid.length > 0 || entries.length === 0) return valid;
      }
    },
    async newest() {
      const [entry] = await redis.xrevrange(key, '+', '-', 'COUNT', 1);
      return entry === undefined ? undefined : cursorOf(entry[0]);
    },
    async has(cursor) {
      const id = streamIdOf(cursor);
      return (await redis.xrange(key, id, id)).length > 0;
    },
    async trim(before) {
      await redis.xtrim(key, 'MINID', streamIdOf(before));
    },
    async note(of, text) {
      await redis.set(`${key}:${of}`, text);
    },
    noted: async (of) => (await redis.get(`${key}:${of}`)) ?? undefined,
  };
}

function parseEvent(raw: string) {
  try {
    return { event: recordedEvent.parse(JSON.parse(raw)) };
  } catch (error) {
    return { error };
  }
}
