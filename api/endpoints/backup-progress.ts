import { setTimeout as pause } from 'node:timers/promises';
import { z } from 'zod';
import { admissionOf, progressOf } from '../admitted.ts';
import type { ApiDeps } from '../deps.ts';
import { endpoint } from '../endpoint.ts';
import type { ServerSentEvent } from '../http/send-events.ts';
import { backupIdOf } from './backup-id.ts';
import { noSuchBackup } from './show-backup.ts';

/** Looks without news after which a comment keeps proxies from closing the stream. */
const quietMs = 15_000;

export const backupProgress = endpoint({
  id: 'backupProgress',
  method: 'GET',
  path: '/api/backups/{id}/progress',
  role: 'viewer',
  summary: 'Progress of a backup as server-sent events, until the attempt has ended',
  details:
    'Events `progress` (as in GET /api/backups/{id}) and at last one `end` with the whole record. A client that comes back with Last-Event-ID gets only what is new, and 204 when it had seen the end.',
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
    404: { description: 'No such backup', schema: 'Problem' },
  },
  async handle({ params, headers, signal }, deps) {
    const id = backupIdOf(params);
    const [record, admission] = await Promise.all([deps.metadata.get(id), admissionOf(id, deps)]);
    if (record === undefined && admission === undefined) throw noSuchBackup(id);
    const seen = headers['last-event-id'];
    if (record !== undefined && admission === undefined && seen === `${record.attempt}.${record.status}`) {
      return { status: 204 };
    }
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
    const admission = await admissionOf(id, deps);
    if (admission === undefined) {
      const record = await deps.metadata.get(id);
      if (record !== undefined && record.status !== 'queued' && record.status !== 'running') {
        yield { id: `${record.attempt}.${record.status}`, event: 'end', data: record };
        return;
      }
      // It has ended, and its last event is not recorded here yet.
    } else {
      const data = progressOf(admission);
      const news = `${data.attempt}.${data.state}.${data.bytes ?? 0}`;
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
