import { admissionOf } from '../admitted.ts';
import { endpoint } from '../endpoint.ts';
import { backupIdOf } from './backup-id.ts';
import { noSuchBackup } from './show-backup.ts';

export const backupEvents = endpoint({
  id: 'backupEvents',
  method: 'GET',
  path: '/api/backups/{id}/events',
  role: 'viewer',
  summary: 'Everything that happened to a backup, over all its attempts, oldest first',
  replies: {
    200: { description: 'Its events', schema: 'BackupEvents' },
    404: { description: 'No such backup', schema: 'Problem' },
  },
  async handle({ params }, deps) {
    const id = backupIdOf(params);
    const events = await deps.metadata.events(id);
    // Let in a moment ago, and nothing of it recorded here yet.
    if (events.length === 0 && (await admissionOf(id, deps)) === undefined) throw noSuchBackup(id);
    return { status: 200, body: events };
  },
});
