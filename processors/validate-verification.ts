import type { Clock } from '../engine/clock.ts';
import type { Exchange } from '../engine/exchange.ts';
import { CodedError } from '../errors/coded-error.ts';
import { newBackupId } from '../model/backup-id.ts';
import type { VerificationOrder } from '../model/verification.ts';
import type { MetadataStore } from '../stores/metadata/port.ts';
import type { VerificationRequest } from './verifying/verification-request.ts';

interface Deps {
  readonly clock: Clock;
  readonly metadata: Pick<MetadataStore, 'get' | 'orderOf'>;
}

/**
 * Makes the order of a verification on demand. Throws `backup-not-found`, or `backup-not-completed` for one that has
 * nothing to verify.
 */
export async function validateVerification(
  { body: request }: Exchange<VerificationRequest>,
  { clock, metadata }: Deps,
): Promise<VerificationOrder> {
  const { backupId, level, reason, requestedBy } = request;
  const [record, order] = await Promise.all([metadata.get(backupId), metadata.orderOf(backupId)]);
  if (record === undefined || order === undefined) {
    throw new CodedError('backup-not-found', `there is no backup with the id ${backupId}`, {
      facts: { backupId },
    });
  }
  if (record.status !== 'completed' && record.status !== 'damaged') {
    throw new CodedError(
      'backup-not-completed',
      `backup ${backupId} is ${record.status}: only a completed one can be verified`,
      { facts: { backupId, status: record.status } },
    );
  }
  const now = clock.now();
  return {
    ...{ verificationId: newBackupId(now), level, order, schedule: null, requestedBy },
    requestedAt: new Date(now).toISOString(),
    reason: reason ?? `Asked for by ${requestedBy}.`,
  };
}
