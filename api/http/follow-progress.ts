import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { ServerSentEvent } from './send-events.ts';

/** Looks without news after which a comment keeps proxies from closing the stream. */
const quietMs = 15_000;

/** Looks that know nothing of it after which it is given up: one alone may come between its end and its record. */
const unknownLooks = 60;

/** What a client that comes back may send. */
export const followHeaders = z.strictObject({
  'last-event-id': z.string().max(100).describe('the id of the last event that was received').exactOptional(),
});

/** How it stands; the id tells one standing from another. */
interface Standing {
  readonly id: string;
  readonly event: 'progress' | 'end';
  readonly data: unknown;
}

interface Following {
  /** Id of the event that the client has seen last. */
  readonly seen: string | undefined;
  readonly signal: AbortSignal;
  readonly everyMs: number;
}

/**
 * Each new standing, until the end. `look` gives undefined where it has ended and that is not recorded here yet, `unknown`
 * where nothing is known of it: where that stays so, the stream ends without an end, and a client that asks again is told.
 */
export async function* followProgress(
  look: () => Promise<Standing | 'unknown' | undefined>,
  { seen, signal, everyMs }: Following,
): AsyncGenerator<ServerSentEvent> {
  let last = seen;
  let quiet = 0;
  let unknown = 0;
  while (!signal.aborted) {
    const found = await look();
    unknown = found === 'unknown' ? unknown + 1 : 0;
    if (unknown >= unknownLooks) return;
    const standing = found === 'unknown' ? undefined : found;
    if (standing?.event === 'end') {
      yield standing;
      return;
    }
    if (standing !== undefined && standing.id !== last) {
      yield standing;
      last = standing.id;
      quiet = 0;
    }
    quiet += everyMs;
    if (quiet >= quietMs) {
      yield {};
      quiet = 0;
    }
    await pause(everyMs, undefined, { signal });
  }
}
