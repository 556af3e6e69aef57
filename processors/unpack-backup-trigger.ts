import type { Exchange } from '../engine/exchange.ts';
import type { BackupTriggerMessage } from '../queues/backup-triggers.ts';
import type { TriggerRequest } from './triggering/backup-trigger.ts';

/**
 * A message of the queue as a request. Where it brings no idempotency key its id is one: delivered twice, it is one
 * backup. Ids count from 1, so they are kept apart from keys that somebody chose.
 */
export function unpackBackupTrigger({ id, body }: Exchange<BackupTriggerMessage>): TriggerRequest {
  const { requestedBy = 'queue', idempotencyKey: key, ...params } = body;
  const idempotencyKey = key === undefined ? `queue/job/${id}` : `queue/key/${key}`;
  return { body: params, trigger: 'queue', requestedBy, idempotencyKey };
}
