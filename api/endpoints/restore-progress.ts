import type { ApiDeps } from '../deps.ts';
import { endpoint } from '../endpoint.ts';
import { followHeaders, followProgress } from '../http/follow-progress.ts';
import { openRestoreOf, standingOf } from '../open-restores.ts';
import { recordingBehind } from '../recording-behind.ts';
import { noSuchRestore, restoreIdOf } from './restores.ts';

export const restoreProgress = endpoint({
  id: 'restoreProgress',
  method: 'GET',
  path: '/api/restores/{id}/progress',
  role: 'viewer',
  summary: 'Progress of a restore as server-sent events, until it has ended',
  details:
    'Events `progress` (as in GET /api/restores/{id}) and at last one `end` with the whole record. A client that comes back with Last-Event-ID gets only what is new, and 204 when it had seen the end. The stream of one that Redis lost before it was recorded ends without an `end`; it is not found then.',
  headers: followHeaders,
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
    const following = { seen, signal, everyMs: deps.progressEveryMs };
    return { status: 200, events: followProgress(() => standing(id, deps), following) };
  },
});

async function standing(id: string, deps: ApiDeps) {
  const open = await openRestoreOf(id, deps);
  if (open !== undefined) {
    const data = standingOf(open);
    return { id: `${data.state}.${data.unit ?? ''}.${data.done ?? 0}`, event: 'progress' as const, data };
  }
  const record = await deps.recoveries.recovery(id);
  if (record === undefined) return (await recordingBehind(deps)) ? undefined : 'unknown';
  if (record.status !== 'completed' && record.status !== 'failed') return undefined;
  return { id: record.status, event: 'end' as const, data: record };
}
