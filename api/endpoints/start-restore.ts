import { z } from 'zod';
import { toUtc } from '../../model/moment.ts';
import { restorableType, restorableTypes } from '../../model/restore-order.ts';
import { endpoint } from '../endpoint.ts';

const restoreBody = z.strictObject({
  backupType: restorableType.describe(`one of ${restorableTypes.join(', ')}`),
  to: z
    .string()
    .min(1)
    .max(1000)
    .describe(
      'a path below restores.folder that nothing has yet; for tigerbeetle restores.tigerbeetle.addresses',
    ),
  backupId: z.ulid().toUpperCase().describe('the id of a backup; the newest when left out').exactOptional(),
  at: z.iso
    .datetime({ offset: true })
    .transform(toUtc)
    .describe(
      'an ISO-8601 time with its zone: the newest backup that holds nothing later, or the ledger at that moment, up to nanoseconds',
    )
    .exactOptional(),
  tables: z
    .array(z.string().min(1).max(500))
    .min(1)
    .max(1000)
    .describe('names of tables (duckdb), as name or schema.name')
    .exactOptional(),
  tenant: z
    .strictObject({ id: z.string().min(1).max(500), column: z.string().min(1).max(500) })
    .describe('{ "id", "column" } (duckdb): only rows with that id in that column')
    .exactOptional(),
  reason: z.string().trim().min(1).max(500).describe('why, for the record: 1 to 500 characters'),
  dryRun: z.boolean().describe('true: only say what would be read').exactOptional(),
});

export const startRestore = endpoint({
  id: 'startRestore',
  method: 'POST',
  path: '/api/restores',
  role: 'admin',
  summary: 'Restores a backup into a new place',
  details:
    'Into a file (duckdb) or folder (parquet) below restores.folder that does not exist yet, or into the configured cluster (tigerbeetle), which must be empty or hold the beginning of the same history. The target is absent or complete. Who asked, and why, stays on record.',
  body: restoreBody,
  replies: {
    200: { description: 'dryRun: nothing is restored', schema: 'RestoreReply' },
    202: {
      description: 'Queued',
      schema: 'RestoreReply',
      headers: { Location: 'Path of the restore' },
    },
    404: { description: 'No such backup', schema: 'Problem' },
    409: { description: 'No place is configured, or something is there', schema: 'Problem' },
  },
  async handle({ body, caller }, { routes }) {
    const { dryRun = false, ...asked } = body;
    const requestedBy = caller?.name ?? 'unknown';
    const { plan, to, order } = await routes.restoreBackup({ ...asked, dryRun, requestedBy });
    const { backupId, ...forecast } = plan;
    const restoreId = order?.restoreId ?? null;
    const reply = { restoreId, backupId, to, plan: forecast };
    if (restoreId === null) return { status: 200, body: reply };
    return { status: 202, headers: { Location: `/api/restores/${restoreId}` }, body: reply };
  },
});
