import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import type { ApiDeps } from '../deps.ts';
import { endpoint } from '../endpoint.ts';
import type { ServerSentEvent } from '../http/send-events.ts';
import { openRestoreOf, standingOf } from '../open-restores.ts';
import { noSuchRestore, restoreIdOf } from './restores.ts';

/** Looks without news after which a comment keeps proxies from closing the stream. */
const quietMs = 15_000;

export const restoreProgress = endpoint({
  id: 'restoreProgress',
  method: 'GET',
  path: '/api/restores/{id}/progress',
  role: 'viewer',
  summary: 'Progress of a restore as server-sent events, until it has ended',
  details:
    'Events `progress` (as in GET /api/restores/{id}) and at last one `end` with the whole record. A client that comes back with Last-Event-ID gets only what is new, and 204 when it had seen the end.',
  headers: z.strictObject({
    'last-event-id': z
      .string()
      .max(100)
      .describe('the id of the last event that was received')
      .exactOptional(),
  }),
  replies: {
    200: { description: 'Progress until the end', schema: 'event-stream' },
    204: { description: 'The client has seen the end already' },
    404: { description: 'No such restore', schema: 'Problem' },
  },
  async handle({ params, headers, signal }, deps) {
    const id = restoreIdOf(params);
    const [record, open] = await Promise.all([deps.recoveries.recovery(id), openRestoreOf(id, deps)]);
    if (record === undefined && open === undefined) throw noSuchRestore(id);
    const seen = headers['last-event-id'];
    if (record !== undefined && open === undefined && seen === record.status) return { status: 204 };
    return { status: 200, events: progressEvents(id, { seen, signal }, deps) };
  },
});

async function* progressEvents(
  id: string,
  { seen, signal }: { readonly seen: string | undefined; readonly signal: AbortSignal },
  deps: ApiDeps,
): AsyncGenerator<ServerSentEvent> {
  let last = seen;
  let quiet = 0;
  while (!signal.aborted) {
    const open = await openRestoreOf(id, deps);
    if (open === undefined) {
      const record = await deps.recoveries.recovery(id);
      if (record?.status === 'completed' || record?.status === 'failed') {
        yield { id: record.status, event: 'end', data: record };
        return;
      }
      // It has ended, and its last event is not recorded here yet.
    } else {
      const data = standingOf(open);
      const news = `${data.state}.${data.unit ?? ''}.${data.done ?? 0}`;
      if (news !== last) {
        yield { id: news, event: 'progress', data };
        last = news;
        quiet = 0;
      }
    }
    quiet += deps.progressEveryMs;
    if (quiet >= quietMs) {
      yield {};
      quiet = 0;
    }
    await pause(deps.progressEveryMs, undefined, { signal });
  }
}
