import { z } from 'zod';
import { backupScope, backupScopes, backupType, backupTypes } from '../../model/backup-kind.ts';
import { endpoint } from '../endpoint.ts';

export const triggerBody = z.strictObject({
  backupType: backupType.describe(`one of ${backupTypes.join(', ')}`),
  backupScope: backupScope.describe(`one of ${backupScopes.join(', ')}; full when left out`).exactOptional(),
  tenantId: z.uuid().describe('a UUID; needed for kms').exactOptional(),
});

const idempotencyKey = z
  .string()
  .regex(/^[\x21-\x7e]{1,255}$/)
  .describe('1 to 255 visible ASCII characters without spaces; the same key again names the same backup')
  .exactOptional();

export const triggerBackup = endpoint({
  id: 'triggerBackup',
  method: 'POST',
  path: '/api/backups/trigger',
  role: 'admin',
  summary: 'Takes a backup now',
  details:
    'Refused with 409 and the id of the other when that type is running or queued. When another type runs and the lock is global, it waits for that one and runs next.',
  headers: z.strictObject({ 'idempotency-key': idempotencyKey }),
  body: triggerBody,
  replies: {
    202: {
      description: 'Let in',
      schema: 'TriggerReply',
      headers: { Location: 'Path of the backup' },
    },
    409: {
      description: 'That type is running or queued, or its source is not configured',
      schema: 'Problem',
    },
  },
  async handle({ body, headers, caller }, { routes }) {
    const who = caller?.name ?? 'unknown';
    const key = headers['idempotency-key'];
    const reply = await routes.triggerBackup(body, who, key === undefined ? undefined : keptKey(who, key));
    return { status: 202, headers: { Location: `/api/backups/${reply.backupId}` }, body: reply };
  },
});

/** Two callers' keys never meet, whatever characters their names hold, nor those of the queue. */
function keptKey(who: string, key: string): string {
  return `api/${JSON.stringify([who, key])}`;
}
