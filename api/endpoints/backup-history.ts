import { z } from 'zod';
import { backupType, backupTypes } from '../../model/backup-kind.ts';
import { backupStatuses } from '../../stores/metadata/port.ts';
import { endpoint } from '../endpoint.ts';
import { pageLimit } from './page-limit.ts';

const moment = z
  .union([z.iso.datetime({ offset: true }), z.iso.date()])
  .transform((text) => new Date(text).toISOString());
const moments = 'an ISO-8601 date or time with its zone, e.g. 2026-01-01 or 2026-01-01T00:00:00Z';

export const historyQuery = z.strictObject({
  backupType: backupType.exactOptional().describe(`one of ${backupTypes.join(', ')}`),
  status: z
    .enum(backupStatuses)
    .exactOptional()
    .describe(`one of ${backupStatuses.join(', ')}`),
  tenantId: z.uuid().exactOptional().describe('a UUID'),
  from: moment.exactOptional().describe(`${moments}; backups that started then or later`),
  to: moment.exactOptional().describe(`${moments}; backups that started before`),
  limit: pageLimit,
  cursor: z.ulid().exactOptional().describe('the id of the last backup of the page before'),
});

export const backupHistory = endpoint({
  id: 'backupHistory',
  method: 'GET',
  path: '/api/backups/history',
  role: 'viewer',
  summary: 'Backups, newest first',
  details: 'Follow the Link header with rel="next" for older ones.',
  query: historyQuery,
  replies: {
    200: {
      description: 'Backups, newest first',
      schema: 'BackupRecords',
      headers: { Link: 'Path of the next page, rel="next"; missing on the last page' },
    },
  },
  async handle({ query, url }, { routes }) {
    const { items, nextCursor } = await routes.backupHistory({ limit: 50, ...query });
    if (nextCursor === null) return { status: 200, body: items };
    const next = new URL(url, 'http://localhost');
    next.searchParams.set('cursor', nextCursor);
    return { status: 200, body: items, headers: { Link: `<${next.pathname}${next.search}>; rel="next"` } };
  },
});
