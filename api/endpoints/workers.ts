import { endpoint } from '../endpoint.ts';

export const workers = endpoint({
  id: 'workers',
  method: 'GET',
  path: '/api/workers',
  role: 'viewer',
  summary: 'Worker processes that are alive, and what each runs since when',
  replies: { 200: { description: 'The workers', schema: 'Workers' } },
  async handle(_request, { heartbeats }) {
    return { status: 200, body: { workers: await heartbeats.readHeartbeats() } };
  },
});
