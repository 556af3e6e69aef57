import type { Exchange } from '../engine/exchange.ts';
import type { BackupTriggerMessage } from '../queues/backup-triggers.ts';
import type { TriggerRequest } from './triggering/backup-trigger.ts';

/** A message of the queue as a request. Its id is its idempotency key: delivered twice, it is one backup. */
export function unpackBackupTrigger({ id, body }: Exchange<BackupTriggerMessage>): TriggerRequest {
  const { requestedBy = 'queue', idempotencyKey = id, ...params } = body;
  return { body: params, trigger: 'queue', requestedBy, idempotencyKey: `queue/${idempotencyKey}` };
}
