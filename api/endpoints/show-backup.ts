import { CodedError } from '../../errors/coded-error.ts';
import { admissionOf, progressOf, recordOfAdmission } from '../admitted.ts';
import { endpoint } from '../endpoint.ts';
import { backupIdOf } from './backup-id.ts';

export const showBackup = endpoint({
  id: 'showBackup',
  method: 'GET',
  path: '/api/backups/{id}',
  role: 'viewer',
  summary: 'One backup at its latest attempt, with its progress while it waits or runs',
  replies: {
    200: { description: 'The backup', schema: 'Backup' },
    404: { description: 'No such backup', schema: 'Problem' },
  },
  async handle({ params }, deps) {
    const id = backupIdOf(params);
    const [record, admission] = await Promise.all([deps.metadata.get(id), admissionOf(id, deps)]);
    const known = record ?? (admission && recordOfAdmission(admission));
    if (known === undefined) throw noSuchBackup(id);
    return { status: 200, body: { ...known, progress: admission ? progressOf(admission) : null } };
  },
});

export function noSuchBackup(id: string): CodedError {
  return new CodedError('backup-not-found', `there is no backup with the id ${id}`, {
    facts: { backupId: id },
  });
}
