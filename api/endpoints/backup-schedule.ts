import { endpoint } from '../endpoint.ts';

export const backupSchedule = endpoint({
  id: 'backupSchedule',
  method: 'GET',
  path: '/api/backups/schedule',
  role: 'viewer',
  summary: 'Every schedule with its last and next backup, and why it is due, not due or held back',
  replies: { 200: { description: 'The schedules', schema: 'Schedule' } },
  async handle(_request, { routes }) {
    return { status: 200, body: await routes.backupSchedule() };
  },
});
