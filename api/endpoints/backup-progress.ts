import { runsAgainOnDemand } from '../../scheduling/runs-again-on-demand.ts';
import { admissionOf, progressOf } from '../admitted.ts';
import type { ApiDeps } from '../deps.ts';
import { endpoint } from '../endpoint.ts';
import { followHeaders, followProgress } from '../http/follow-progress.ts';
import { recordingBehind } from '../recording-behind.ts';
import { backupIdOf } from './backup-id.ts';
import { noSuchBackup } from './show-backup.ts';

export const backupProgress = endpoint({
  id: 'backupProgress',
  method: 'GET',
  path: '/api/backups/{id}/progress',
  role: 'viewer',
  summary: 'Progress of a backup as server-sent events, until the attempt has ended',
  details:
    'Events `progress` (as in GET /api/backups/{id}) and at last one `end` with the whole record. A backup on demand that a stopping worker gave back has not ended: it goes on with the next attempt. A client that comes back with Last-Event-ID gets only what is new, and 204 when it had seen the end. The stream of one that Redis lost before it was recorded ends without an `end`; it is not found then.',
  headers: followHeaders,
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
    const following = { seen, signal, everyMs: deps.progressEveryMs };
    return { status: 200, events: followProgress(() => standing(id, deps), following) };
  },
});

async function standing(id: string, deps: ApiDeps) {
  const admission = await admissionOf(id, deps);
  if (admission !== undefined) {
    const data = progressOf(admission);
    const news = `${data.attempt}.${data.state}.${data.bytes ?? 0}`;
    return { id: news, event: 'progress' as const, data };
  }
  const record = await deps.metadata.get(id);
  if (record === undefined) return (await recordingBehind(deps)) ? undefined : 'unknown';
  if (record.status === 'queued' || record.status === 'running') return undefined;
  const givenBack = record.status === 'failed' && record.errorCode === 'backup-interrupted';
  if (givenBack && runsAgainOnDemand(record, deps.clock.now())) return undefined;
  return { id: `${record.attempt}.${record.status}`, event: 'end' as const, data: record };
}
